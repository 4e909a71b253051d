package dev.hawser.internal.transport;

import java.io.IOException;

/** Why a connection ends that the container has closed. */
public final class ClosedByServer {
    private ClosedByServer() {}

    /** An {@link IOException} that names the server, or the error if there is no memory for one. */
    public static Throwable named(String server) {
        try {
            return new IOException("The connection was closed by " + server);
        } catch (Throwable e) {
            return e;
        }
    }
}
