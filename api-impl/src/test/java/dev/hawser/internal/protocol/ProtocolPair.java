package dev.hawser.internal.protocol;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server engine wired to each other in memory: what one end sends, the other receives at once, in pieces
 * of random size.
 */
public final class ProtocolPair {
    /** One end: its own sending side and the receiving side of what comes to it. */
    public static final class End {
        public final RecordingSink received = new RecordingSink();
        private final FrameWriter writer;
        private final WebSocketProtocol engine;
        private final @Nullable OutboundExtension outbound;

        public End(Role role, Random random, List<InboundExtension> in, List<OutboundExtension> out) {
            writer = new FrameWriter(role, random::nextInt);
            engine = new WebSocketProtocol(role, new ProtocolLimits(1024, 1 << 20), in, received);
            outbound = OutboundChain.of(out);
        }

        public boolean isFinished() {
            return engine.isFinished();
        }
    }

    private final Random random;
    private final End client;
    private final End server;
    /** Bytes that went over the wire, headers included. */
    public long bytesOnTheWire;
    /** Sees each frame as it goes over the wire. */
    public Consumer<byte[]> tap = frame -> {};

    public ProtocolPair(long seed) {
        random = new Random(seed);
        client = new End(Role.CLIENT, random, List.of(), List.of());
        server = new End(Role.SERVER, random, List.of(), List.of());
    }

    public ProtocolPair(long seed, End client, End server) {
        this.random = new Random(seed);
        this.client = client;
        this.server = server;
    }

    public End end(Role role) {
        return role == Role.CLIENT ? client : server;
    }

    public void send(Role sender, boolean fin, Opcode opcode, byte[] payload) {
        OutboundExtension extension = end(sender).outbound;
        OutboundExtension.Encoded encoded = extension == null || opcode.isControl()
                ? new OutboundExtension.Encoded(0, payload, 0, payload.length)
                : extension.encode(opcode, fin, payload, 0, payload.length);
        ByteBuffer wire = ByteBuffer.allocate(FrameWriter.LONGEST_HEADER + encoded.length());
        end(sender)
                .writer
                .putFrame(wire, fin, encoded.rsv(), opcode, encoded.bytes(), encoded.offset(), encoded.length());
        wire.flip();
        tap.accept(java.util.Arrays.copyOf(wire.array(), wire.limit()));
        deliver(Wire.other(sender), wire);
    }

    /** A message in one frame, or in several. */
    public void sendMessage(Role sender, Opcode kind, byte[] message, int fragmentSize) {
        int at = 0;
        do {
            int length = Math.min(fragmentSize, message.length - at);
            byte[] fragment = java.util.Arrays.copyOfRange(message, at, at + length);
            send(sender, at + length == message.length, at == 0 ? kind : Opcode.CONTINUATION, fragment);
            at += length;
        } while (at < message.length);
    }

    /** Frames of whatever origin to one end, in pieces of random size. */
    public void deliver(Role receiver, ByteBuffer wire) {
        bytesOnTheWire += wire.remaining();
        ByteBuffer unread = ByteBuffer.allocate(wire.remaining() + 1);
        while (wire.hasRemaining()) {
            int length = Math.min(wire.remaining(), 1 + random.nextInt(random.nextInt(8) == 0 ? 8 : 70_000));
            ByteBuffer piece = wire.slice(wire.position(), length);
            wire.position(wire.position() + length);
            unread.put(piece).flip();
            boolean all;
            do {
                all = end(receiver).engine.receive(unread);
            } while (!all); // it stops after a piece of work
            unread.compact();
        }
        if (unread.position() > 0) {
            throw new AssertionError("a whole frame was sent, and " + unread.position() + " bytes of it are unread");
        }
    }

    public void close() {
        for (End end : List.of(client, server)) {
            end.engine.endOfStream();
            if (end.outbound != null) {
                end.outbound.close();
            }
        }
    }
}
