package dev.hawser.internal.observe;

import dev.hawser.ObservedFrame;
import dev.hawser.extension.Opcode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The beginning of a payload that is being received. The log has its line when as much as is shown has come, or when no
 * more will come; other observers are told at the header. Thread-safe.
 */
final class ComingPayload implements Consumer<ByteBuffer> {
    private final BiConsumer<ObservedFrame, ShownPayload> log;
    private final ObservedFrame header;
    private final boolean text;
    private final byte[] beginning;
    private final AtomicBoolean told = new AtomicBoolean();
    /** How much has come; the reading thread alone writes it, and the bytes before it. */
    private volatile int count;

    /**
     * @param text whether it is shown as text
     * @param most how many bytes are shown
     * @param log is told of the beginning, once
     */
    ComingPayload(ObservedFrame header, boolean text, int most, BiConsumer<ObservedFrame, ShownPayload> log) {
        this.log = log;
        this.header = header;
        this.text = text;
        this.beginning = new byte[most];
    }

    @Override
    public void accept(ByteBuffer next) {
        int more = Math.min(next.remaining(), beginning.length - count);
        next.get(beginning, count, more);
        int now = count + more;
        count = now;
        if (now == beginning.length) {
            ends();
        }
    }

    /** No more will come, or no more is shown. A close frame has its line when its code is known. */
    void ends() {
        if (header.opcode() == Opcode.CLOSE || told.getAndSet(true)) {
            return;
        }
        try {
            log.accept(header, shown());
        } catch (Throwable e) {
            // there is no memory for it
        }
    }

    ShownPayload shown() {
        int came = count;
        return new ShownPayload(Arrays.copyOf(beginning, came), text, came < header.length());
    }
}
