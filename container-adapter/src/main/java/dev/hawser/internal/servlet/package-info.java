/** Hawser in a servlet container, in terms of the Servlet API alone: start, one filter, the upgrade, stop. */
@NullMarked
package dev.hawser.internal.servlet;

import org.jspecify.annotations.NullMarked;
