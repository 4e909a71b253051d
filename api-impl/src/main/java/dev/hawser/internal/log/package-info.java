/** What is written to logs again and again is written with a limit. */
@NullMarked
package dev.hawser.internal.log;

import org.jspecify.annotations.NullMarked;
