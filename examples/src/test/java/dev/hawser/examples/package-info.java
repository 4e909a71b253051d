/** The example as a newcomer meets it: the real WAR, the server in a process of its own, a real browser. */
@NullMarked
package dev.hawser.examples;

import org.jspecify.annotations.NullMarked;
