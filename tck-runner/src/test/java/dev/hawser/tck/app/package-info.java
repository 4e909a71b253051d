/** What the applications of the suite are made of: packed into each WAR, run inside the container. */
@NullMarked
package dev.hawser.tck.app;

import org.jspecify.annotations.NullMarked;
