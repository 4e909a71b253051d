/** The opening handshake (RFC 6455 section 4) as functions over header fields, for both roles. */
@NullMarked
package dev.hawser.internal.protocol.handshake;

import org.jspecify.annotations.NullMarked;
