/** The demo server: an embedded Jetty that knows nothing of WebSocket, and the WAR that brings it along. */
@NullMarked
package dev.hawser.examples;

import org.jspecify.annotations.NullMarked;
