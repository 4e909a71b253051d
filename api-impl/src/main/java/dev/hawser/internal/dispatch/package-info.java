/** The threads on which the callbacks of sessions run, and their order: turns, workers, and their monitor. */
@NullMarked
package dev.hawser.internal.dispatch;

import org.jspecify.annotations.NullMarked;
