/** The server container without servlets: deployment, matching, and the answer to an opening handshake. */
@NullMarked
package dev.hawser.server;

import org.jspecify.annotations.NullMarked;
