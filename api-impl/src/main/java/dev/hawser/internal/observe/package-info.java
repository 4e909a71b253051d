/** Who is told what happens to connections, and how: observers, the frame log, flight recordings. */
@NullMarked
package dev.hawser.internal.observe;

import org.jspecify.annotations.NullMarked;
