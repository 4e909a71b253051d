package dev.hawser.internal.protocol.deflate;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The deflaters and inflaters of one container, pooled between messages. Each owns native memory that the garbage
 * collector does not see (some 256 KiB and 40 KiB), so each is ended explicitly; {@link #liveDeflaters} and {@link
 * #liveInflaters} say how many there are. Thread-safe. It is closed when the container stops; connections may still
 * give back what they borrowed.
 */
public final class DeflateCodecs implements AutoCloseable {
    private static final int DEFAULT_LEVEL = 6;
    private static final int HIGHEST_LEVEL = 9;
    private static final int DEFAULT_IDLE = 8;

    /**
     * By level. The level of a deflater is never changed: the call after a change compresses with the old level and
     * does not flush.
     */
    private final List<CodecPool<Deflater>> deflaters = new ArrayList<>();

    /** These own no native memory, but too much heap to be made anew for each message. */
    private final CodecPool<WindowDeflater> windowDeflaters;

    private final CodecPool<DeflateBlock> blocks;

    private final CodecPool<Inflater> inflaters;

    /** Pools that keep up to eight codecs each: at most some 2 MiB of deflaters per level in use. */
    public DeflateCodecs() {
        this(DEFAULT_IDLE);
    }

    /**
     * Pools of a given size.
     *
     * @param mostIdle how many idle inflaters, and how many idle deflaters of a level, are kept; those that come back
     *     beyond this are ended
     */
    public DeflateCodecs(int mostIdle) {
        for (int level = 0; level <= HIGHEST_LEVEL; level++) {
            int ofPool = level;
            deflaters.add(new CodecPool<>(mostIdle, () -> new Deflater(ofPool, true), Deflater::reset, Deflater::end));
        }
        windowDeflaters = new CodecPool<>(mostIdle, WindowDeflater::new, deflater -> {}, deflater -> {});
        blocks = new CodecPool<>(mostIdle, DeflateBlock::new, block -> {}, block -> {});
        inflaters = new CodecPool<>(mostIdle, () -> new Inflater(true), Inflater::reset, Inflater::end);
    }

    /** How many deflaters exist: idle, in use for a message, or kept by a connection with context takeover. */
    public int liveDeflaters() {
        return deflaters.stream().mapToInt(CodecPool::live).sum() + windowDeflaters.live();
    }

    /** How many inflaters exist: idle, or in use for a message. */
    public int liveInflaters() {
        return inflaters.live();
    }

    /** Ends the idle codecs, and from now on those that come back. */
    @Override
    public void close() {
        deflaters.forEach(CodecPool::close);
        windowDeflaters.close();
        blocks.close();
        inflaters.close();
    }

    Deflater borrowDeflater(int level) {
        return ofLevel(level).borrow();
    }

    void giveBack(Deflater deflater, int level) {
        ofLevel(level).giveBack(deflater);
    }

    private CodecPool<Deflater> ofLevel(int level) {
        return deflaters.get(effective(level));
    }

    /** The level that {@code level} stands for: -1 is the library's default, 6. */
    static int effective(int level) {
        return level == Deflater.DEFAULT_COMPRESSION ? DEFAULT_LEVEL : level;
    }

    WindowDeflater borrowWindowDeflater() {
        return windowDeflaters.borrow();
    }

    void giveBack(WindowDeflater deflater) {
        windowDeflaters.giveBack(deflater);
    }

    DeflateBlock borrowBlock() {
        return blocks.borrow();
    }

    void giveBack(DeflateBlock block) {
        blocks.giveBack(block);
    }

    Inflater borrowInflater() {
        return inflaters.borrow();
    }

    void giveBack(Inflater inflater) {
        inflaters.giveBack(inflater);
    }
}
