/** The client over real sockets, against servers that do what a script says. */
@NullMarked
package dev.hawser.internal.client;

import org.jspecify.annotations.NullMarked;
