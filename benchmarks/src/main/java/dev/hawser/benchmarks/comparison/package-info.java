/** The side-by-side comparison: which contestants, which scenarios, in which order, and what is made of the figures. */
@NullMarked
package dev.hawser.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
