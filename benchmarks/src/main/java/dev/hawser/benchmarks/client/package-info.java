/**
 * The client beside others: the contestants are clients, each in a process of its own, and one server without a line of
 * Hawser echoes what they send. {@link dev.hawser.benchmarks.client.ClientComparison} runs it.
 */
@NullMarked
package dev.hawser.benchmarks.client;

import org.jspecify.annotations.NullMarked;
