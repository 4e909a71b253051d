/** Embedded Jetty 12.1 with its Jakarta EE 11 web applications. */
@NullMarked
package dev.hawser.tck.container.jetty;

import org.jspecify.annotations.NullMarked;
