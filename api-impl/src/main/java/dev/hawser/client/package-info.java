/** The client container and its own transport. */
@NullMarked
package dev.hawser.client;

import org.jspecify.annotations.NullMarked;
