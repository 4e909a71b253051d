/**
 * Finds the jars of the official TCK before a run, and checks the result afterwards.
 *
 * <p>The tests themselves are run by the Failsafe plugin. Nothing here is part of the product.
 */
@NullMarked
package dev.hawser.tck.official;

import org.jspecify.annotations.NullMarked;
