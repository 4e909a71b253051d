/** The side-by-side comparison: its contestants, its scenarios, their order, and the report. */
@NullMarked
package dev.hawser.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
