/** The interface to the bytes on a wire, and the ordered queue of outgoing frames. */
@NullMarked
package dev.hawser.internal.transport;

import org.jspecify.annotations.NullMarked;
