/** The client container and its own transport. */
@NullMarked
package dev.hawser.internal.client;

import org.jspecify.annotations.NullMarked;
