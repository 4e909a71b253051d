/**
 * What an application may use beyond the Jakarta API: settings, the annotation for endpoints, and more of container and
 * session.
 */
@NullMarked
package dev.hawser;

import org.jspecify.annotations.NullMarked;
