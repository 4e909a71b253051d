/** One connection: reading, what its turns do, sending, deadlines, how it ends. It knows no Jakarta session. */
@NullMarked
package dev.hawser.internal.connection;

import org.jspecify.annotations.NullMarked;
