/** Injection by the environment: CDI, Spring, Tomcat, Jetty. All are used by reflection, without a dependency. */
@NullMarked
package dev.hawser.internal.environment;

import org.jspecify.annotations.NullMarked;
