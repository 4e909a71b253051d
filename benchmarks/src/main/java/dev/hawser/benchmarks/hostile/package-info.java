/** Attacks each server with hostile peers, and measures the effect on others: {@code mvn -Phostile verify}. */
@NullMarked
package dev.hawser.benchmarks.hostile;

import org.jspecify.annotations.NullMarked;
