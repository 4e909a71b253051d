/** RFC 6455 as bytes in, calls out: no I/O, no threads, no clock, no Jakarta types. */
@NullMarked
package dev.hawser.internal.protocol;

import org.jspecify.annotations.NullMarked;
