package dev.hawser.client;

import java.io.IOException;

/**
 * A connection could not be made. The message says which step failed, for which host and port, and why; it never holds
 * a query string or credentials. The cause is the exception of Java's socket, name lookup or TLS, or a {@code
 * SocketTimeoutException} if the connect timeout passed. Trying again later may help, unless the {@link #step()} is
 * {@link Step#TLS}: then the server's certificate was probably refused.
 *
 * <pre>{@code
 * } catch (ConnectFailedException e) {
 *     boolean again = e.step() != ConnectFailedException.Step.TLS;
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public final class ConnectFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The steps of a connect, in their order. */
    public enum Step {
        /** Looking up the addresses of the host, or of the proxy. */
        RESOLVE("the name lookup"),
        /** Connecting by TCP. */
        CONNECT("the TCP connect"),
        /** Asking the proxy for a tunnel. */
        PROXY("the proxy's tunnel"),
        /** The TLS handshake, with its checks of certificate and host name. */
        TLS("the TLS handshake"),
        /** The opening handshake (RFC 6455 section 4): sending the request and waiting for its response. */
        HANDSHAKE("the opening handshake"),
        /** The endpoint's onOpen, which the connect waits for. */
        OPEN("onOpen of the endpoint");

        private final String words;

        Step(String words) {
            this.words = words;
        }
    }

    private final Step step;

    /**
     * Used by Hawser, and by tests of code that handles the exception.
     *
     * @param server host and port of the server
     */
    public ConnectFailedException(String server, Step step, IOException cause) {
        super("Connecting to " + server + " failed in " + step.words + ": " + reason(cause), cause);
        this.step = step;
    }

    private static String reason(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** The step that failed. */
    public Step step() {
        return step;
    }
}
