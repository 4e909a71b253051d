/** The opening handshake (RFC 6455 section 4) as functions over header fields, for both roles. */
@NullMarked
package dev.hawser.protocol.handshake;

import org.jspecify.annotations.NullMarked;
