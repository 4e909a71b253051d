/** Jakarta encoders and decoders: chosen at deployment, made and destroyed with the session. */
@NullMarked
package dev.hawser.internal.coder;

import org.jspecify.annotations.NullMarked;
