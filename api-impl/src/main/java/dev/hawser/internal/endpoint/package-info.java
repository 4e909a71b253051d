/** Endpoints as immutable plans made once at deployment, and called through method handles. */
@NullMarked
package dev.hawser.internal.endpoint;

import org.jspecify.annotations.NullMarked;
