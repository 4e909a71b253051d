/**
 * permessage-deflate (RFC 7692): its negotiation and its two halves, as an extension of {@code dev.hawser.extension}.
 */
@NullMarked
package dev.hawser.internal.protocol.deflate;

import org.jspecify.annotations.NullMarked;
