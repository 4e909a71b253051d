package dev.hawser.internal.protocol;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several receiving halves in a row: the last of the handshake's response sees the bytes of the wire, the first gives
 * those of the application (RFC 6455 9.1). Between two of them stands a small link buffer, so nothing grows beyond the
 * room that is asked for.
 */
final class InboundChain implements InboundExtension {
    private static final int LINK_SIZE = 4096;

    /** One extension with the buffer of what it decoded and the next has not yet taken; the last stage needs none. */
    private static final class Stage {
        final InboundExtension extension;
        final ByteBuffer link = ByteBuffer.allocate(LINK_SIZE).flip();
        /** Whether all that follows from the current input is in the link or beyond. */
        boolean drained;
        /** Why nothing follows what is in the link. */
        @Nullable RemoteProtocolException broken;

        Stage(InboundExtension extension) {
            this.extension = extension;
        }
    }

    /** From the wire to the application. */
    private final List<Stage> stages = new ArrayList<>();
    /** Those that take part in the current frame. */
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
        return Scope.FRAME; // the frame reader asks each extension for itself
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

    /** What comes before the octet that cannot be decoded is passed on first. */
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
