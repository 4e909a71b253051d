/**
 * The transport on the connections of Undertow, which wait on its I/O threads. Only this package uses classes of
 * Undertow and XNIO, all of them public; {@code HookLinker} loads it.
 */
@NullMarked
package dev.hawser.internal.undertow;

import org.jspecify.annotations.NullMarked;
