/** Topics over many nodes: a {@link dev.hawser.backplane.Backplane} over Redis. */
@NullMarked
package dev.hawser.redis;

import org.jspecify.annotations.NullMarked;
