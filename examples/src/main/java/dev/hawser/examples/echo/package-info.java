/** An endpoint that sends back what it receives, for test suites to be pointed at. */
@NullMarked
package dev.hawser.examples.echo;

import org.jspecify.annotations.NullMarked;
