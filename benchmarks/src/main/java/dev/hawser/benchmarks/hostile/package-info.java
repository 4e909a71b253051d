/**
 * Attacks each server with peers that do their worst, and measures what others notice: {@code mvn -Phostile verify}.
 */
@NullMarked
package dev.hawser.benchmarks.hostile;

import org.jspecify.annotations.NullMarked;
