/** The interfaces of a backplane, which carries the messages of topics between the nodes of an application. */
@NullMarked
package dev.hawser.backplane;

import org.jspecify.annotations.NullMarked;
