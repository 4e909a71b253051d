/** What an application implements to add a WebSocket extension (RFC 6455 section 9); docs/extensions.md shows how. */
@NullMarked
package dev.hawser.extension;

import org.jspecify.annotations.NullMarked;
