/**
 * What the two judges of conformance share: the official TCK's and the Autobahn suite's. Nothing in this package is
 * part of the product.
 */
@NullMarked
package dev.hawser.tck;

import org.jspecify.annotations.NullMarked;
