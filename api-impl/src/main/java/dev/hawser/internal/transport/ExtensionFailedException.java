package dev.hawser.internal.transport;

import java.io.IOException;

/** A frame extension of the application threw while it encoded; the peer could not decode what would follow. */
public final class ExtensionFailedException extends IOException {
    private static final long serialVersionUID = 1;

    ExtensionFailedException(Throwable cause) {
        super("an extension could not encode a frame", cause);
    }
}
