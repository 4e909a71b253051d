/** An endpoint that sends back what it receives, as a target for test suites. */
@NullMarked
package dev.hawser.examples.echo;

import org.jspecify.annotations.NullMarked;
