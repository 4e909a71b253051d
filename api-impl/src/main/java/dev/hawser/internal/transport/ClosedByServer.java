package dev.hawser.internal.transport;

/** Why a connection ends that the container has closed. */
public final class ClosedByServer {
    private ClosedByServer() {}

    /** An {@link EndedException} that names the server, or the error if there is no memory for one. */
    public static Throwable named(String server) {
        try {
            return new EndedException("The connection was closed by " + server);
        } catch (Throwable e) {
            return e;
        }
    }
}
