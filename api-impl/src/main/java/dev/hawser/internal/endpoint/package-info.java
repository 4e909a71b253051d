/** Endpoint classes as immutable plans, which are made once at deployment and called through method handles. */
@NullMarked
package dev.hawser.internal.endpoint;

import org.jspecify.annotations.NullMarked;
