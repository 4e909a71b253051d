package dev.hawser.protocol.deflate;

import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The deflaters and inflaters of one container, pooled between messages. Each owns native memory that the garbage collector does not see
 * (some 256 KiB and 40 KiB), so each is ended explicitly; {@link #liveDeflaters} and {@link #liveInflaters} tell how many there are.
 * Thread-safe. Close it when the container stops; connections may still give back what they borrowed.
 */
public final class DeflateCodecs implements AutoCloseable {
    private final CodecPool<Deflater> deflaters;
    private final CodecPool<Inflater> inflaters;

    /** Pools that keep up to twice as many codecs as there are processors, since no more can be busy at a time. */
    public DeflateCodecs() {
        this(2 * Runtime.getRuntime().availableProcessors());
    }

    /**
     * Pools of a given size.
     *
     * @param mostIdle how many codecs of each kind wait to be used again; more are ended when they come back
     */
    public DeflateCodecs(int mostIdle) {
        deflaters = new CodecPool<>(
                mostIdle, () -> new Deflater(Deflater.DEFAULT_COMPRESSION, true), Deflater::reset, Deflater::end);
        inflaters = new CodecPool<>(mostIdle, () -> new Inflater(true), Inflater::reset, Inflater::end);
    }

    /** How many deflaters exist: idle, in use for a message, or kept by a connection with context takeover. */
    public int liveDeflaters() {
        return deflaters.live();
    }

    /** How many inflaters exist: idle, or in use for a message. */
    public int liveInflaters() {
        return inflaters.live();
    }

    /** Ends what is idle, and from now on what comes back. */
    @Override
    public void close() {
        deflaters.close();
        inflaters.close();
    }

    Deflater borrowDeflater(int level) {
        Deflater deflater = deflaters.borrow();
        deflater.setLevel(level); // nothing is done if it has that level
        return deflater;
    }

    void giveBack(Deflater deflater) {
        deflaters.giveBack(deflater);
    }

    Inflater borrowInflater() {
        return inflaters.borrow();
    }

    void giveBack(Inflater inflater) {
        inflaters.giveBack(inflater);
    }
}
