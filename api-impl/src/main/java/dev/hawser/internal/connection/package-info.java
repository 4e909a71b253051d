/**
 * One connection: reading, the turns with its callbacks, sending, deadlines, and its end. It does not know the Jakarta
 * Session.
 */
@NullMarked
package dev.hawser.internal.connection;

import org.jspecify.annotations.NullMarked;
