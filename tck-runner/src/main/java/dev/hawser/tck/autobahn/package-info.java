/**
 * What stands around a run of the Autobahn test suite: reading its report, and judging it.
 *
 * <p>The suite itself exits with 0 whatever its verdicts are, and leaves out cases that it could not finish. So every
 * case is accounted for here. Nothing in this package is part of the product.
 */
@NullMarked
package dev.hawser.tck.autobahn;

import org.jspecify.annotations.NullMarked;
