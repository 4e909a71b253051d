/** Jetty with the Jakarta EE 10 level of its servlets. */
@NullMarked
package dev.hawser.tck.container.jettyee10;

import org.jspecify.annotations.NullMarked;
