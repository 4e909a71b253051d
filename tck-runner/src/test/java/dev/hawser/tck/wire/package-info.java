/** A WebSocket client made of a socket: it sends and shows the octets of RFC 6455, also wrong ones. */
@NullMarked
package dev.hawser.tck.wire;

import org.jspecify.annotations.NullMarked;
