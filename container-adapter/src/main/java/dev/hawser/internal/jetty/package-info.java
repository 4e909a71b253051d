/**
 * The native transport for Jetty 12.1, ee10 and ee11, on public API of jetty-server, jetty-io and jetty-util only.
 *
 * <p>Nothing refers to this package but by name: {@code dev.hawser.servlet} loads it through its {@code TransportHook},
 * in a class loader that sees the server's own Jetty classes.
 */
@NullMarked
package dev.hawser.internal.jetty;

import org.jspecify.annotations.NullMarked;
