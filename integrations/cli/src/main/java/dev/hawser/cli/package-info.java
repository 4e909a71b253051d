/** A WebSocket client for the command line: {@link dev.hawser.cli.Main}. */
@NullMarked
package dev.hawser.cli;

import org.jspecify.annotations.NullMarked;
