/** Tests of server endpoints in memory: {@link dev.hawser.test.EndpointTester} runs them, a peer talks to them. */
@NullMarked
package dev.hawser.test;

import org.jspecify.annotations.NullMarked;
