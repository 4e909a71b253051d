package dev.hawser.internal.protocol.deflate;

/**
 * How an endpoint compresses and what it grants its peer: the endpoint's settings, before any negotiation.
 *
 * @param level 1 (fast) to 9 (small), or -1 for the library's default, which is 6
 * @param minSize messages of fewer bytes are sent as they are
 * @param contextTakeover whether this side keeps its compression history between messages, at up to 112 KiB of heap a
 *     connection (at levels 7 to 9: 256 KiB of native memory), for messages about a third smaller
 * @param peerContextTakeover whether the peer may keep its history, at 32 KiB of heap a connection here. A server may
 *     forbid it only if the client offered that; a client always may
 * @param peerMaxWindowBits the exponent of the largest window that the peer may use, 8 to 15: its history here takes 2
 *     to this power of bytes. 15 asks for nothing; a server can ask only a client that offered it
 */
public record DeflatePolicy(
        int level, int minSize, boolean contextTakeover, boolean peerContextTakeover, int peerMaxWindowBits) {
    /** Level 6, messages from 1 KiB up; this side keeps no history, and the peer may keep one of any size. */
    public static final DeflatePolicy DEFAULT =
            new DeflatePolicy(-1, 1024, false, true, DeflateParameters.LARGEST_WINDOW);

    public DeflatePolicy {
        if (level < -1 || level == 0 || level > 9) {
            throw new IllegalArgumentException("deflate level " + level + "; expected -1 or 1 to 9");
        }
        if (minSize < 0) {
            throw new IllegalArgumentException("minimum size " + minSize + "; expected at least 0");
        }
        DeflateParameters.checkWindowBits(peerMaxWindowBits);
    }
}
