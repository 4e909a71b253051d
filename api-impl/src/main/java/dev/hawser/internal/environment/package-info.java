/**
 * Where an application's objects come from in the environments that inject: CDI, Spring, Tomcat, Jetty. Linked by names
 * alone.
 */
@NullMarked
package dev.hawser.internal.environment;

import org.jspecify.annotations.NullMarked;
