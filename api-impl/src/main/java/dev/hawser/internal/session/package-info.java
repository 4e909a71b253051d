/**
 * The Jakarta side of a connection: the Session, its remotes and streams, the open sessions, and the container's stop.
 */
@NullMarked
package dev.hawser.internal.session;

import org.jspecify.annotations.NullMarked;
