/** Meters and Observations of connections, for Micrometer. */
@NullMarked
package dev.hawser.micrometer;

import org.jspecify.annotations.NullMarked;
