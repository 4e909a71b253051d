/** On which threads the callbacks of sessions run, and in which order: turns, workers, and their monitor. */
@NullMarked
package dev.hawser.internal.dispatch;

import org.jspecify.annotations.NullMarked;
