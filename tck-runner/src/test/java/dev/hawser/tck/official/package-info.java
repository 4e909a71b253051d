/** Rules for the programs around the official TCK. No TCK is needed: reports and bundles are made here. */
@NullMarked
package dev.hawser.tck.official;

import org.jspecify.annotations.NullMarked;
