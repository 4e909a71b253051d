/** Jakarta encoders and decoders: checked at deployment, made and destroyed with the session. */
@NullMarked
package dev.hawser.internal.coder;

import org.jspecify.annotations.NullMarked;
