/** The one seam to bytes on a wire, and the ordered way out to it. */
@NullMarked
package dev.hawser.internal.transport;

import org.jspecify.annotations.NullMarked;
