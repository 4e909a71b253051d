package dev.hawser.internal.protocol;

import com.sun.management.ThreadMXBean;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.fuzz.FuzzInput;
import dev.hawser.internal.protocol.MessageSink.Reception;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One input for the engine: some choices, then what the peer sends, as it is or as a {@link FrameScript}. The laws:
 *
 * <ul>
 *   <li>What comes of the octets is what {@link ReferenceConnection} makes of them, however they are cut, in heap and
 *       direct buffers, with sinks that want a pause, and with messages taken whole or in parts.
 *   <li>What is held for a message is bounded by its limit, and by a multiple of what has arrived of it.
 *   <li>What is allocated is bounded by a multiple of the octets that came and of those that were delivered.
 *   <li>Each inflater is given back.
 * </ul>
 */
final class EngineFuzz {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** An array may be so many times as long as what has arrived, or this long. */
    private static final int HELD_FACTOR = 10;

    /** 4,096, and the seventh on top that the buffer takes if the message then fits as a whole. */
    private static final int HELD_ANYHOW = 4096 * 8 / 7 + 1;

    private static final int ALLOCATED_ANYHOW = 128 * 1024;
    private static final int ALLOCATED_FACTOR = 100;

    private static final ByteBuffer[] DIRECT = {ByteBuffer.allocateDirect(4096), ByteBuffer.allocateDirect(4096)};

    private final DeflateCodecs codecs = new DeflateCodecs(2);
    private final Role role;
    private final boolean deflate;
    private final boolean takeover;
    private final int windowBits;
    private final Reception reception;
    private final int limit;
    private final ProtocolLimits limits;
    private final Random random;
    private final byte[] wire;
    private final ReferenceConnection reference;
    /** Which of the direct buffers was the last. */
    private int direct;

    EngineFuzz(Role role, byte[] octets) {
        this.role = role;
        FuzzInput input = new FuzzInput(octets);
        int flags = input.octet();
        deflate = (flags & 1) != 0;
        takeover = (flags & 2) != 0;
        reception = (flags & 4) != 0 ? Reception.PARTS : (flags & 0x48) == 0x48 ? Reception.REFUSED : Reception.WHOLE;
        windowBits = 15 - input.below(8);
        limit = input.oneOf(10_000, 100, 1, 300, 4096, 5000, 20_000);
        limits = input.yes() ? new ProtocolLimits(1, 3) : new ProtocolLimits(1024, 1 << 20);
        random = new Random(input.octet());
        wire = (flags & 0x10) != 0 ? new FrameScript(Wire.other(role), input).wire() : input.rest();
        reference = new ReferenceConnection(new ReferenceConnection.Rules(
                role,
                limit,
                limits.maxFragments(),
                limits.maxEmptyFragments(),
                reception == Reception.REFUSED,
                deflate,
                takeover ? 1 << windowBits : 0));
    }

    void test() {
        reference.receive(wire);
        check("whole", reception, wire.length, false);
        allocated();
        if (wire.length <= 2000) {
            check("octet by octet", reception, 1, false);
        }
        check("in pieces", reception, 0, true);
        Reception other = reception == Reception.PARTS ? Reception.WHOLE : Reception.PARTS;
        if (reception != Reception.REFUSED) {
            check("taken in the other way", other, 0, true);
        }
        codecs.close();
        if (codecs.liveInflaters() > 0) {
            throw new AssertionError(codecs.liveInflaters() + " inflaters were not given back");
        }
    }

    private void allocated() {
        long allowed = ALLOCATED_ANYHOW + ALLOCATED_FACTOR * (wire.length + reference.decoded());
        long allocated = allocatedWhole();
        if (allocated > allowed) {
            allocated = allocatedWhole(); // a first run may link what it calls
        }
        if (allocated > allowed) {
            throw new AssertionError(allocated + " bytes are allocated, allowed are " + allowed);
        }
    }

    private long allocatedWhole() {
        WebSocketProtocol engine = engine(sink(reception, false));
        ByteBuffer unread = ByteBuffer.wrap(wire.clone());
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean done = false;
        while (!done) {
            done = engine.receive(unread);
        }
        engine.endOfStream();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private RecordingSink sink(Reception how, boolean pausing) {
        RecordingSink sink = new RecordingSink();
        sink.reception = how;
        sink.limit = limit;
        sink.wantsMore = () -> !pausing || random.nextInt(4) > 0;
        return sink;
    }

    private WebSocketProtocol engine(RecordingSink sink) {
        return new WebSocketProtocol(role, limits, deflate ? List.of(inflater()) : List.of(), sink);
    }

    private InboundExtension inflater() {
        PerMessageDeflate extension =
                new PerMessageDeflate(new DeflatePolicy(-1, 0, false, takeover, windowBits), codecs);
        String side = role == Role.SERVER ? "client" : "server";
        List<ExtensionOffer.Parameter> parameters = new ArrayList<>();
        parameters.add(new ExtensionOffer.Parameter(side + "_max_window_bits", Integer.toString(windowBits)));
        if (!takeover) {
            parameters.add(new ExtensionOffer.Parameter(side + "_no_context_takeover", null));
        }
        ExtensionOffer element = new ExtensionOffer("permessage-deflate", parameters);
        try {
            return (role == Role.SERVER ? extension.accept(List.of(element)) : extension.confirm(element))
                    .inbound()
                    .get();
        } catch (RemoteProtocolException e) {
            throw new AssertionError(e);
        }
    }

    /** @param size of the pieces; 0 for any */
    private void check(String how, Reception taken, int size, boolean pausing) {
        RecordingSink sink = sink(taken, pausing);
        WebSocketProtocol engine = engine(sink);
        HeldBytes held = new HeldBytes(engine);
        ByteBuffer left = ByteBuffer.allocate(0);
        int at = 0;
        while (at < wire.length) {
            int piece =
                    Math.min(wire.length - at, size > 0 ? size : 1 + random.nextInt(random.nextBoolean() ? 8 : 800));
            ByteBuffer unread = buffer(left.remaining() + piece);
            unread.put(left).put(wire, at, piece).flip();
            at += piece;
            while (!engine.receive(unread)) {
                held.check(taken, limit, at);
            }
            held.check(taken, limit, at);
            left = unread;
            if (left.remaining() > (engine.isFinished() ? 0 : 13)) {
                throw new AssertionError(how + ": more than an incomplete header is left: " + left);
            }
        }
        compare(how + ", mid-message", reference.isMidMessage(), engine.isMidMessage());
        compare(how + ", messages", reference.messages(), engine.messages());
        compare(
                how,
                reference.events(),
                sink.events.stream().map(EngineFuzz::codeOnly).toList());
        engine.endOfStream();
    }

    /** Direct ones in turn, since what is left of the one before is put into it. */
    private ByteBuffer buffer(int capacity) {
        if (capacity > DIRECT[0].capacity() || random.nextBoolean()) {
            return ByteBuffer.allocate(capacity);
        }
        direct ^= 1;
        return DIRECT[direct].clear().limit(capacity);
    }

    /** The reason of a violation is for people. */
    private static String codeOnly(String event) {
        return event.startsWith("violation ") ? event.substring(0, "violation 1002".length()) : event;
    }

    private static void compare(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ": expected " + expected + ", but was " + actual);
        }
    }

    /** The array behind a message that is not complete. */
    private static final class HeldBytes {
        private static final Field ASSEMBLER = field(WebSocketProtocol.class, "messages");
        private static final Field MESSAGE_BUFFER = field(MessageAssembler.class, "buffer");

        private final WebSocketProtocol engine;

        HeldBytes(WebSocketProtocol engine) {
            this.engine = engine;
        }

        /** Null while no message has been collected. */
        private @Nullable MessageBuffer buffer() {
            try {
                return (MessageBuffer) MESSAGE_BUFFER.get(ASSEMBLER.get(engine));
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }

        private static Field field(Class<?> type, String name) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field;
            } catch (NoSuchFieldException e) {
                throw new AssertionError(e);
            }
        }

        void check(Reception taken, int limit, int arrived) {
            MessageBuffer buffer = buffer();
            int held = buffer == null ? 0 : buffer.bytes().length;
            int count = buffer == null ? 0 : buffer.count();
            int backed = Math.max(HELD_ANYHOW, HELD_FACTOR * (arrived + count));
            if (taken == Reception.PARTS && held > 0 || held > limit + 1 || held > backed) {
                throw new AssertionError(held + " bytes are held for " + count + " of a message after " + arrived
                        + " on the wire; the limit is " + limit);
            }
        }
    }
}
