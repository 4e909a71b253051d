/** The demo server: an embedded Jetty without WebSocket, and the WAR that adds it. */
@NullMarked
package dev.hawser.examples;

import org.jspecify.annotations.NullMarked;
