/**
 * The transports on the sockets of Tomcat's NIO and NIO2 connectors. Only this package uses Tomcat's classes, all of
 * them public; {@code HookLinker} loads it where the application sees those of the server.
 */
@NullMarked
package dev.hawser.internal.tomcat;

import org.jspecify.annotations.NullMarked;
