package dev.hawser.internal.protocol.deflate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.protocol.MessageSink.Reception;
import dev.hawser.internal.protocol.Receiver;
import dev.hawser.internal.protocol.RecordingSink;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Conversations made at random, valid ones and broken ones, against what java.util.zip makes of whole payloads: the
 * same messages, or the same close code, however the octets are cut into frames and reads. Seeded;
 * {@code -Dhawser.fuzz.rounds} and {@code -Dhawser.fuzz.seed} for longer runs.
 */
class DeflateFuzzTest {
    private static final int ROUNDS = Integer.getInteger("hawser.fuzz.rounds", 2_000);
    private static final long SEED = Long.getLong("hawser.fuzz.seed", 7692);
    private static final List<Samples.Kind> KINDS = List.of(Samples.Kind.values());
    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;
    private static final int LIMIT = 100_000;

    private final DeflateCodecs codecs = new DeflateCodecs(2);

    @AfterEach
    void nativeMemoryIsGivenBackOnEveryPath() {
        codecs.close();
        assertEquals(0, codecs.liveInflaters(), "inflaters");
    }

    /** What has been sent, and what must have come of it. */
    private final class Conversation {
        final Random random;
        final boolean takeover;
        final ByteArrayOutputStream wire = new ByteArrayOutputStream();
        final List<String> expected = new ArrayList<>();
        /** What compressed messages came to, as far as a back reference reaches. */
        byte[] history = new byte[0];

        boolean over;
        /**
         * Whether the payload of the last message has a fault of its own, that may be seen before the one at its end.
         */
        boolean refusable;
        /** Whether that fault is about where the limit is. */
        boolean nearLimit;

        Conversation(long seed) {
            random = new Random(seed);
            takeover = random.nextBoolean();
            for (int messages = 1 + random.nextInt(5); messages > 0 && !over; messages--) {
                message();
            }
        }

        private void message() {
            Samples.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            int size = random.nextInt(random.nextInt(8) == 0 ? 120_000 : 2_000);
            byte[] message = Samples.of(kind, size, random.nextLong());
            boolean text = kind.isText();
            boolean compressed = random.nextInt(4) > 0;
            byte[] payload = compressed ? deflated(message) : message;
            if (compressed && random.nextInt(3) == 0) {
                payload = broken(payload);
            }
            byte[] decoded = compressed ? inflated(payload) : payload;
            refusable = decoded == null || decoded.length > LIMIT || text && !isUtf8(decoded);
            if (!frames(text, compressed, payload)) {
                return;
            }
            if (decoded == null) {
                fails(1007);
            } else if (decoded.length > LIMIT) {
                fails(1009);
            } else if (text && !isUtf8(decoded)) {
                fails(1007);
            } else {
                expected.add(
                        text
                                ? RecordingSink.text(new String(decoded, StandardCharsets.UTF_8))
                                : RecordingSink.binary(decoded));
                if (compressed && takeover) {
                    byte[] all = Wire.join(history, decoded);
                    history = Arrays.copyOfRange(all, Math.max(0, all.length - 32_768), all.length);
                }
            }
        }

        private void fails(int code) {
            expected.add("violation " + code);
            over = true;
        }

        /**
         * In any of the ways RFC 7692 7.2.1 leaves open: levels, strategies, flushes in the middle, final blocks, with
         * history or without.
         */
        private byte[] deflated(byte[] message) {
            Deflater deflater = new Deflater(random.nextInt(10), true);
            deflater.setStrategy(random.nextInt(3)); // default, filtered, Huffman only
            boolean refersBack = takeover && history.length > 0 && random.nextBoolean();
            if (refersBack) {
                deflater.setDictionary(history);
            }
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            byte[] buffer = new byte[200_000];
            for (int at = 0; at < message.length; ) {
                int length = random.nextInt(3) > 0 ? message.length - at : 1 + random.nextInt(message.length - at);
                deflater.setInput(message, at, length);
                at += length;
                boolean last = at == message.length;
                if (random.nextInt(5) == 0) {
                    deflater.finish();
                    while (!deflater.finished()) {
                        stream.write(buffer, 0, deflater.deflate(buffer));
                    }
                    deflater.reset();
                    if (last) {
                        deflater.end();
                        stream.write(0); // RFC 7692 7.2.3.4: where an empty stored block goes on
                        return stream.toByteArray();
                    }
                } else {
                    int how = last || random.nextBoolean() ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH;
                    stream.write(buffer, 0, deflater.deflate(buffer, 0, buffer.length, how));
                }
            }
            deflater.end();
            byte[] all = stream.toByteArray();
            return all.length == 0 ? new byte[random.nextInt(2)] : Arrays.copyOf(all, all.length - 4);
        }

        private byte[] broken(byte[] payload) {
            byte[] changed = payload.clone();
            switch (random.nextInt(4)) {
                case 0 -> changed = Arrays.copyOf(payload, random.nextInt(payload.length + 1)); // cut short
                case 1 -> changed = Wire.join(payload, noise(1 + random.nextInt(20)));
                case 2 -> changed = noise(1 + random.nextInt(200));
                default -> {
                    for (int flips = 1 + random.nextInt(3); flips > 0 && changed.length > 0; flips--) {
                        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                }
            }
            return changed;
        }

        private byte[] noise(int length) {
            byte[] octets = new byte[length];
            random.nextBytes(octets);
            return octets;
        }

        /** What the payload comes to (RFC 7692 7.2.2), at least as far as the limit; null if it is broken before. */
        private byte @Nullable [] inflated(byte[] payload) {
            if (payload.length == 0) {
                return payload;
            }
            Inflater inflater = new Inflater(true);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[10_000];
            try {
                if (takeover && history.length > 0) {
                    inflater.setDictionary(history);
                }
                inflater.setInput(payload);
                while (out.size() <= LIMIT) {
                    int count = inflater.inflate(buffer);
                    out.write(buffer, 0, count);
                    if (inflater.finished() && inflater.getRemaining() > 0) {
                        int rest = inflater.getRemaining();
                        inflater.reset();
                        inflater.setInput(payload, payload.length - rest, rest);
                    } else if (inflater.finished()) {
                        return out.toByteArray();
                    } else if (count == 0) {
                        break;
                    }
                }
                if (out.size() > LIMIT) {
                    return out.toByteArray();
                }
                inflater.setInput(
                        Wire.hex("0000ffff 010000ffff")); // what was taken off, and an end to see that it is one
                boolean ends = inflater.inflate(buffer) == 0 && inflater.finished() && inflater.getRemaining() == 0;
                return ends ? out.toByteArray() : null;
            } catch (DataFormatException e) {
                nearLimit = out.size() + buffer.length > LIMIT; // which of the two comes first, zlib does not tell
                return null;
            } finally {
                inflater.end();
            }
        }

        private boolean isUtf8(byte[] octets) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }

        /**
         * In fragments, with pings in between. False if a reserved bit was put where none may be, which ended the
         * conversation.
         */
        private boolean frames(boolean text, boolean compressed, byte[] payload) {
            int at = 0;
            boolean first = true;
            int bad = random.nextInt(25);
            while (true) {
                boolean whole = random.nextBoolean();
                int length = whole ? payload.length - at : random.nextInt(payload.length - at + 1);
                boolean fin = at + length == payload.length && random.nextInt(4) > 0;
                int bits = (fin ? FIN : 0) | (first ? (text ? 1 : 2) | (compressed ? RSV1 : 0) : 0);
                if (!first && bad == 0) {
                    frame(bits | RSV1, new byte[0]);
                    expected.add("violation 1002");
                    over = true;
                    return false;
                }
                frame(bits, Arrays.copyOfRange(payload, at, at + length));
                at += length;
                first = false;
                if (fin) {
                    return true;
                }
                if (random.nextInt(4) == 0) {
                    boolean marked = bad == 1;
                    frame(0x89 | (marked ? RSV1 : 0), new byte[] {1});
                    expected.add(marked ? "violation 1002" : "ping 01");
                    over = marked;
                    if (marked) {
                        return false;
                    }
                }
            }
        }

        private void frame(int bits, byte[] payload) {
            wire.writeBytes(Wire.frame(Role.CLIENT, bits, payload));
        }

        void judge(long seed) {
            byte[] bytes = wire.toByteArray();
            Receiver receiver = Receiver.as(Role.SERVER)
                    .with(() -> List.of(new MessageInflater(codecs, takeover ? new History(15) : null)))
                    .taking(sink -> {
                        sink.limit = LIMIT;
                        sink.reception = random.nextBoolean() ? Reception.WHOLE : Reception.PARTS;
                    });
            int piece = random.nextBoolean() ? bytes.length : 1 + random.nextInt(random.nextBoolean() ? 7 : 5_000);
            List<String> events = receiver.inPieces(bytes, piece);
            String where = "seed " + seed + ": " + shown(events) + " instead of " + shown(expected);
            if (over) {
                // a payload that breaks in its middle is refused there, so what is behind that is not answered
                String last = expected.get(expected.size() - 1);
                String got = events.get(events.size() - 1);
                boolean other = refusable && (nearLimit || !last.endsWith("1007")) && got.startsWith("violation 100");
                assertTrue(got.startsWith(last) || other, where);
                assertTrue(events.size() == expected.size() || refusable && events.size() < expected.size(), where);
                assertEquals(expected.subList(0, events.size() - 1), events.subList(0, events.size() - 1), where);
            } else {
                assertEquals(expected, events, where);
            }
        }
    }

    private static List<String> shown(List<String> events) {
        return events.stream()
                .map(event -> event.substring(0, Math.min(60, event.length())))
                .toList();
    }

    @Test
    void whateverComesIsWhatTheReferenceMakesOfIt() {
        int broken = 0;
        for (long seed = SEED; seed < SEED + ROUNDS; seed++) {
            Conversation conversation = new Conversation(seed);
            conversation.judge(seed);
            broken += conversation.over ? 1 : 0;
        }
        assertTrue(broken > ROUNDS / 5 && broken < ROUNDS * 4 / 5, "a mixture: " + broken + " of " + ROUNDS);
        assertTrue(codecs.liveInflaters() <= 2, "inflaters " + codecs.liveInflaters());
    }
}
