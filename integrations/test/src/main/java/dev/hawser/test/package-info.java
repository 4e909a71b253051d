/**
 * Tests of endpoints in memory: {@link dev.hawser.test.EndpointTester} runs those of a server, and {@link
 * dev.hawser.test.ClientTester} those of a client; a peer talks to them.
 */
@NullMarked
package dev.hawser.test;

import org.jspecify.annotations.NullMarked;
