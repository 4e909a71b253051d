package dev.hawser.internal.connection;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The masking keys of clients, from a strong source of entropy, so that scripts cannot choose the bytes on the wire
 * (RFC 6455 5.3). Thread-safe.
 */
final class MaskingKeys {
    private static final int BATCH = 1024;
    private static final SecureRandom SEED = new SecureRandom();
    private static final byte[] BYTES = new byte[BATCH * 4];
    /** Guarded by BYTES. */
    private static int used = BATCH;

    private MaskingKeys() {}

    static int next() {
        synchronized (BYTES) {
            if (used == BATCH) {
                SEED.nextBytes(BYTES);
                used = 0;
            }
            return ByteBuffer.wrap(BYTES, used++ * 4, 4).getInt();
        }
    }
}
