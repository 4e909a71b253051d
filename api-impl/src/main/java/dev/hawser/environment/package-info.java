/**
 * Where an application's objects come from in the environments that inject: CDI, Spring, Tomcat, Jetty. Linked by names
 * alone.
 */
@NullMarked
package dev.hawser.environment;

import org.jspecify.annotations.NullMarked;
