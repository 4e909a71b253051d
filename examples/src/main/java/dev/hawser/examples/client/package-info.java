/** A client that stays connected, with plain Jakarta WebSocket, and how to reconnect without overloading the server. */
@NullMarked
package dev.hawser.examples.client;

import org.jspecify.annotations.NullMarked;
