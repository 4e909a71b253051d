/** Tomcat 10.1 and 11: compiled against 11, and run with either. */
@NullMarked
package dev.hawser.tck.container.tomcat;

import org.jspecify.annotations.NullMarked;
