/**
 * A chat room over WebSocket, with nothing but the Jakarta API.
 *
 * <p>{@link dev.hawser.examples.chat.ChatEndpoint} documents what goes over the wire.
 */
@NullMarked
package dev.hawser.examples.chat;

import org.jspecify.annotations.NullMarked;
