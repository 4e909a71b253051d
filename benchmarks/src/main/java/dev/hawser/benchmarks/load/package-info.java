/** The load generator: one thread, prepared frames, every echo compared byte for byte. */
@NullMarked
package dev.hawser.benchmarks.load;

import org.jspecify.annotations.NullMarked;
