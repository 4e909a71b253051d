/** The interface through which the objects of an application's classes are made, injected and released. */
@NullMarked
package dev.hawser.internal.component;

import org.jspecify.annotations.NullMarked;
