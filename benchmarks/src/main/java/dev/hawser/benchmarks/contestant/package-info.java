/**
 * The processes under test: each starts one server with the same endpoints, and answers questions about itself on its
 * standard streams.
 */
@NullMarked
package dev.hawser.benchmarks.contestant;

import org.jspecify.annotations.NullMarked;
