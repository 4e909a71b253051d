/** Logs with a limit for errors that repeat. */
@NullMarked
package dev.hawser.internal.log;

import org.jspecify.annotations.NullMarked;
