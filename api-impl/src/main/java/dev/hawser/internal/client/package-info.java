/** The client container and its transport. */
@NullMarked
package dev.hawser.internal.client;

import org.jspecify.annotations.NullMarked;
