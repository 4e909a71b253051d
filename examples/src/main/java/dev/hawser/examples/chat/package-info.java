/**
 * Chat rooms over WebSocket: the Jakarta API, and Hawser's topics for what all in a room get.
 *
 * <p>{@link dev.hawser.examples.chat.ChatEndpoint} documents what goes over the wire.
 */
@NullMarked
package dev.hawser.examples.chat;

import org.jspecify.annotations.NullMarked;
