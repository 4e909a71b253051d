/** The one seam through which the objects of an application's classes are made, injected and given back. */
@NullMarked
package dev.hawser.internal.component;

import org.jspecify.annotations.NullMarked;
