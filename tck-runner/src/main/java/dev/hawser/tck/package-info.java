/**
 * What the checks of the official TCK and of the Autobahn suite share. Nothing in this package is part of the product.
 */
@NullMarked
package dev.hawser.tck;

import org.jspecify.annotations.NullMarked;
