/** RFC 6455: bytes in, calls out. No I/O, no threads, no clock, no Jakarta types. */
@NullMarked
package dev.hawser.internal.protocol;

import org.jspecify.annotations.NullMarked;
