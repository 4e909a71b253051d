/** A page that shows what Hawser does while it does it. */
@NullMarked
package dev.hawser.examples.dashboard;

import org.jspecify.annotations.NullMarked;
