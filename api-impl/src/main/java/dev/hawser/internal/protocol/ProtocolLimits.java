package dev.hawser.internal.protocol;

/**
 * Bounds on what one message may cost apart from its bytes, which {@link MessageSink#maxMessageSize} bounds. A message
 * over one of these bounds fails the connection with 1008.
 *
 * @param maxEmptyFragments the most frames without payload in one message, its last one not counted; such frames cost
 *     time but no bytes
 * @param maxFragments the most frames of one message
 */
public record ProtocolLimits(int maxEmptyFragments, int maxFragments) {
    public ProtocolLimits {
        if (maxEmptyFragments < 0) {
            throw new IllegalArgumentException("maxEmptyFragments is " + maxEmptyFragments + "; expected at least 0");
        }
        if (maxFragments < 1) {
            throw new IllegalArgumentException("maxFragments is " + maxFragments + "; expected at least 1");
        }
    }
}
