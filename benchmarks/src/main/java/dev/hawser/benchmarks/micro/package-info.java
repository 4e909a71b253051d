/** JMH: what the parts of the way of a message cost by themselves, without sockets. */
@NullMarked
package dev.hawser.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
