/** Undertow, which knows no WARs: what a WAR says is read here and told to it. */
@NullMarked
package dev.hawser.tck.container.undertow;

import org.jspecify.annotations.NullMarked;
