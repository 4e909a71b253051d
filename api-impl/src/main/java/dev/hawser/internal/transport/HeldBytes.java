package dev.hawser.internal.transport;

/**
 * What one direction of a connection holds, as it is counted in the container's account: in chunks, and not before it
 * is more than one, so that small messages never touch the account. Guarded by a lock of the connection, which all
 * callers of {@link #set} hold.
 */
public final class HeldBytes {
    /** The unit in which the account is told. */
    static final int CHUNK = 8 * 1024;

    private final MemoryAccount account;
    private final Runnable grown;
    /** The bytes in the account. Written with the lock held. */
    private volatile long counted;
    /** Up to here, and down to {@link #least}, {@link #counted} stays. */
    private long most = CHUNK;

    private long least;
    private boolean ended;

    /**
     * Nothing is held so far.
     *
     * @param grown called with the lock held when the account was told of more; must not throw
     */
    public HeldBytes(MemoryAccount account, Runnable grown) {
        this.account = account;
        this.grown = grown;
    }

    /** The bytes in the account; 0 while it is not more than a chunk. Thread-safe. */
    public long counted() {
        return counted;
    }

    /** Says how many bytes are held now. */
    public void set(long bytes) {
        if (bytes > most || bytes < least) {
            change(bytes);
        }
    }

    private void change(long bytes) {
        if (ended) {
            return;
        }
        long before = counted;
        long after = bytes <= CHUNK ? 0 : (bytes + CHUNK - 1) / CHUNK * CHUNK;
        counted = after;
        most = Math.max(after, CHUNK);
        // two chunks less, so that what swings around the end of a chunk does not touch the account each time
        least = after == 0 ? 0 : Math.max(after - 2 * CHUNK, CHUNK / 2);
        account.add(after - before);
        if (after > before) {
            grown.run();
        }
    }

    /** Takes everything out of the account. Later calls of {@link #set} have no effect. */
    public void end() {
        change(0);
        ended = true;
    }
}
