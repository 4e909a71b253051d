/** Topics over many nodes: a {@link dev.hawser.backplane.Backplane} over NATS. */
@NullMarked
package dev.hawser.nats;

import org.jspecify.annotations.NullMarked;
