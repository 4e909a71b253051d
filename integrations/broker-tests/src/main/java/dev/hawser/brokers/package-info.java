/** What the tests of backplanes share: two nodes over a real broker, their clients, and rules for all backplanes. */
@NullMarked
package dev.hawser.brokers;

import org.jspecify.annotations.NullMarked;
