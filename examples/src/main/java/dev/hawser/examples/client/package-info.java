/**
 * A client that stays connected: plain Jakarta WebSocket, and what one needs to know to come back without doing harm.
 */
@NullMarked
package dev.hawser.examples.client;

import org.jspecify.annotations.NullMarked;
