/** Jakarta encoders and decoders: chosen at deployment, made and destroyed with the session. */
@NullMarked
package dev.hawser.coder;

import org.jspecify.annotations.NullMarked;
