/** The budget of memory that the connections of all applications of the JVM have together. */
@NullMarked
package dev.hawser.internal.memory;

import org.jspecify.annotations.NullMarked;
