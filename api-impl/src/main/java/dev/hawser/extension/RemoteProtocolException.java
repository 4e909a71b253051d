package dev.hawser.extension;

/**
 * The peer broke a rule, so the connection fails with {@link #closeCode()} (RFC 6455 7.1.7). The message names the rule
 * and the offending value. It is sent as the close reason, so it must not hold payload. The exception has no stack
 * trace, since the cause is not in this process.
 *
 * <pre>{@code
 * throw new RemoteProtocolException(1007, "the frame does not decode");
 * }</pre>
 *
 * @since 0.1.0
 */
public final class RemoteProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int closeCode;

    public RemoteProtocolException(int closeCode, String message) {
        super(message, null, false, false);
        this.closeCode = closeCode;
    }

    /**
     * The close code: 1002 for framing, 1003 for a kind of message that is not taken, 1007 for bad UTF-8, 1008 for
     * policy, 1009 for size.
     */
    public int closeCode() {
        return closeCode;
    }
}
