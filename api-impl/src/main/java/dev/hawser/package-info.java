/**
 * What an application may touch beyond the Jakarta API: settings, the one endpoint annotation, and the session's extra
 * questions.
 */
@NullMarked
package dev.hawser;

import org.jspecify.annotations.NullMarked;
