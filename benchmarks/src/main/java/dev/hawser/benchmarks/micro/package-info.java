/** JMH benchmarks: the cost of the parts of a message's way, without sockets. */
@NullMarked
package dev.hawser.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
