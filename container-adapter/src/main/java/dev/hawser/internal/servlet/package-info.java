/** Hawser in a servlet container, compiled only against the Servlet API: start, filter, upgrade, stop. */
@NullMarked
package dev.hawser.internal.servlet;

import org.jspecify.annotations.NullMarked;
