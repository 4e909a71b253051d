/**
 * The assertions of the Jakarta WebSocket 2.2 specification, chapter by chapter.
 *
 * <p>{@code assertions.csv} lists them all with the test of each, or the reason why it cannot be tested. The tests use
 * the standard API only, so they can judge any implementation.
 */
@NullMarked
package dev.hawser.tck.assertions;

import org.jspecify.annotations.NullMarked;
