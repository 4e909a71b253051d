/**
 * Deploys the WARs of the official TCK and of our own suite: Arquillian on one side, a servlet container on the other.
 *
 * <p>A servlet container is one class, {@link dev.hawser.tck.container.ContainerUnderTest}, in a source folder of its
 * own ({@code src/containers/NAME}). They are compiled together, and run each on a class path of its own, because
 * Tomcat 10 and 11 have the same class names.
 */
@NullMarked
package dev.hawser.tck.container;

import org.jspecify.annotations.NullMarked;
