/**
 * The native transport for Jetty 12.1, ee10 and ee11, on public API of jetty-server, jetty-io and jetty-util only.
 *
 * <p>Other packages refer to this one only by name: {@code dev.hawser.internal.servlet} loads its {@code TransportHook}
 * in a class loader that sees the server's Jetty classes.
 */
@NullMarked
package dev.hawser.internal.jetty;

import org.jspecify.annotations.NullMarked;
