package dev.hawser.internal.protocol;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receiving halves of several extensions in a row: the last one of the handshake's response gets the bytes of the
 * wire, the first one gives the bytes of the application (RFC 6455 9.1). A small link buffer stands between each two,
 * so no intermediate result grows without bound.
 */
final class InboundChain implements InboundExtension {
    private static final int LINK_SIZE = 4096;

    /**
     * One extension, and a buffer for what it has decoded and the next stage has not yet taken. The last stage does not
     * use its buffer.
     */
    private static final class Stage {
        final InboundExtension extension;
        final ByteBuffer link = ByteBuffer.allocate(LINK_SIZE).flip();
        /** Whether the current input is decoded to its end; all of the result is in the link or has left it. */
        boolean drained;
        /** Why the rest of the input cannot be decoded; thrown once the next stage has taken what is in the link. */
        @Nullable RemoteProtocolException broken;

        Stage(InboundExtension extension) {
            this.extension = extension;
        }
    }

    /** In the order from the wire to the application. */
    private final List<Stage> stages = new ArrayList<>();
    /** The stages that decode the current frame. */
    private final List<Stage> active = new ArrayList<>();

    private final int rsv;

    InboundChain(List<InboundExtension> extensions) {
        int claimed = 0;
        for (InboundExtension extension : extensions) {
            claimed = claim(claimed, extension.rsv());
            stages.add(0, new Stage(extension));
        }
        this.rsv = claimed;
    }

    static int claim(int claimed, int rsv) {
        if ((claimed & rsv) != 0) {
            throw new IllegalArgumentException(
                    "two extensions claim " + FrameReader.rsvNames(claimed & rsv) + "; one of them must be declined");
        }
        return claimed | rsv;
    }

    @Override
    public int rsv() {
        return rsv;
    }

    @Override
    public Scope scope() {
        return Scope.FRAME; // the frame reader asks each extension by itself
    }

    @Override
    public boolean frameBegins(Opcode opcode, int rsvSet, boolean fin) throws RemoteProtocolException {
        active.clear();
        for (Stage stage : stages) {
            if (stage.extension.frameBegins(opcode, rsvSet & stage.extension.rsv(), fin)) {
                active.add(stage);
            }
        }
        return !active.isEmpty();
    }

    @Override
    public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) throws RemoteProtocolException {
        return decode(0, encoded, endOfFrame, decoded);
    }

    private boolean decode(int index, ByteBuffer encoded, boolean end, ByteBuffer decoded)
            throws RemoteProtocolException {
        Stage stage = active.get(index);
        if (index == active.size() - 1) {
            return stage.extension.decode(encoded, end, decoded);
        }
        while (true) {
            if (!stage.link.hasRemaining() && !stage.drained) {
                stage.link.clear();
                fill(stage, encoded, end);
                stage.link.flip();
            }
            if (!decoded.hasRemaining()) {
                return false;
            }
            if (!decode(index + 1, stage.link, end && stage.drained && stage.broken == null, decoded)) {
                return false;
            }
            if (stage.broken != null) {
                throw stage.broken;
            }
            if (stage.drained) {
                stage.drained = false;
                return true;
            }
        }
    }

    /** Keeps an exception in the stage, because what was decoded before the bad octet is passed on first. */
    private static void fill(Stage stage, ByteBuffer encoded, boolean end) {
        try {
            stage.drained = stage.extension.decode(encoded, end, stage.link);
        } catch (RemoteProtocolException e) {
            stage.broken = e;
            stage.drained = true;
        }
    }

    @Override
    public void close() {
        for (Stage stage : stages) {
            stage.extension.close();
        }
    }
}
