/** JSON, as the endpoints of this WAR write it. */
@NullMarked
package dev.hawser.examples.json;

import org.jspecify.annotations.NullMarked;
