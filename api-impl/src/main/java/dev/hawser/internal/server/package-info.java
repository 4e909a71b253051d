/** The server container without servlets: deployment, matching, and the answer to an opening handshake. */
@NullMarked
package dev.hawser.internal.server;

import org.jspecify.annotations.NullMarked;
