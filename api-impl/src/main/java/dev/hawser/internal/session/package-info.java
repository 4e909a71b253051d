/** Joins protocol, transport and endpoint: the Jakarta Session and its remotes, dispatch, keep-alive. */
@NullMarked
package dev.hawser.internal.session;

import org.jspecify.annotations.NullMarked;
