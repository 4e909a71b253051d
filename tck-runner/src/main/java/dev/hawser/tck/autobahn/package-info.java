/**
 * Reads the report of a run of the Autobahn test suite, and compares it with the expected results.
 *
 * <p>The suite itself exits with 0 whatever its verdicts are, and leaves out cases that it could not finish. So every
 * case is checked here. Nothing in this package is part of the product.
 */
@NullMarked
package dev.hawser.tck.autobahn;

import org.jspecify.annotations.NullMarked;
