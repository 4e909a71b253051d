/**
 * What stands around a run of the official TCK: finding its jars before, judging its result after.
 *
 * <p>The tests themselves are run by the Failsafe plugin. Nothing here is part of the product.
 */
@NullMarked
package dev.hawser.tck.official;

import org.jspecify.annotations.NullMarked;
