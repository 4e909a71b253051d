package dev.hawser.internal.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * What the octets of a peer mean by RFC 6455 and RFC 7692, read plainly: all in hand, an octet at a time, nothing of
 * the engine's. Its events are written as {@link RecordingSink} writes them, a violation with its code alone.
 */
final class ReferenceConnection {
    private static final byte[] EMPTY_BLOCK_AND_FINAL_ONE = Wire.hex("0000ffff 010000ffff");
    /** Encoded frames of more than so many times the limit are refused unseen. */
    private static final int ENCODED_FACTOR = 8;

    /** @param window octets of earlier messages that the peer may refer to; 0 if it keeps no context */
    record Rules(
            Role role,
            int limit,
            int maxFragments,
            int maxEmptyFragments,
            boolean refused,
            boolean deflate,
            int window) {}

    /** The connection fails with this code. */
    private static final class Violation extends Exception {
        final int code;

        Violation(int code) {
            super(null, null, false, false);
            this.code = code;
        }
    }

    private final Rules rules;
    private final List<String> events = new ArrayList<>();
    private byte[] wire = new byte[0];
    private int at;
    private boolean midFrame;
    private boolean finished;
    private long messages;
    private long decoded;

    /** 1 or 2 while a message has begun, else 0. */
    private int kind;

    private boolean compressed;
    private long declared;
    private int fragments;
    private int emptyFragments;
    private boolean anyPayload;
    private ByteArrayOutputStream message = new ByteArrayOutputStream();
    private byte[] codePoint = new byte[0];
    private byte[] history = new byte[0];
    private @Nullable Inflater inflater;

    ReferenceConnection(Rules rules) {
        this.rules = rules;
    }

    List<String> events() {
        return events;
    }

    boolean isMidMessage() {
        return !finished && (midFrame || kind != 0);
    }

    long messages() {
        return messages;
    }

    /** The octets of all messages, complete or not. */
    long decoded() {
        return decoded;
    }

    /** Takes all that the peer ever sends. */
    void receive(byte[] octets) {
        wire = octets;
        try {
            boolean more = true;
            while (more) {
                more = frame() && !finished;
            }
        } catch (Violation e) {
            events.add("violation " + e.code);
            finished = true;
        }
        if (inflater != null) {
            inflater.end();
        }
    }

    private static void require(boolean holds, int code) throws Violation {
        if (!holds) {
            throw new Violation(code);
        }
    }

    /** RFC 6455 5.2. Whether it was all there. */
    private boolean frame() throws Violation {
        if (wire.length - at < 2) {
            return false;
        }
        int first = wire[at] & 0xFF;
        int second = wire[at + 1] & 0xFF;
        boolean fin = first >= 0x80;
        int rsv = first >> 4 & 7;
        int opcode = first & 0xF;
        boolean control = opcode >= 8;
        require(opcode <= 2 || opcode >= 8 && opcode <= 10, 1002);
        require(rsv == 0 || rsv == 4 && rules.deflate && !control && opcode != 0, 1002);
        require(second >= 0x80 == (rules.role == Role.SERVER), 1002);
        require(!control || fin && (second & 0x7F) <= 125, 1002);
        int lengthOctets = (second & 0x7F) == 127 ? 8 : (second & 0x7F) == 126 ? 2 : 0;
        int payloadAt = at + 2 + lengthOctets + (rules.role == Role.SERVER ? 4 : 0);
        if (payloadAt > wire.length) {
            return false;
        }
        long length = lengthOctets == 0 ? second & 0x7F : 0;
        for (int i = 0; i < lengthOctets; i++) {
            length = length << 8 | wire[at + 2 + i] & 0xFF;
        }
        require(length >= 0, 1002);
        require(lengthOctets == 0 || length > (lengthOctets == 2 ? 125 : 65_535), 1002);
        if (!control) {
            dataFrameBegins(opcode, fin, rsv != 0, length);
        }
        int there = (int) Math.min(length, wire.length - payloadAt);
        byte[] payload = Arrays.copyOfRange(wire, payloadAt, payloadAt + there);
        for (int i = 0; i < there && rules.role == Role.SERVER; i++) {
            payload[i] ^= wire[payloadAt - 4 + i % 4];
        }
        at = payloadAt + there;
        midFrame = there < length;
        if (!control) {
            data(payload, fin && !midFrame);
        } else if (!midFrame) {
            control(opcode, payload);
        }
        return !midFrame;
    }

    /** RFC 6455 5.5. */
    private void control(int opcode, byte[] payload) throws Violation {
        switch (opcode) {
            case 9 -> events.add("ping " + Wire.hex(payload));
            case 10 -> events.add("pong " + Wire.hex(payload));
            default -> {
                require(payload.length != 1, 1002);
                int code = payload.length == 0 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
                boolean defined = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
                require(payload.length == 0 || defined || code >= 3000 && code < 5000, 1002);
                codePoint = new byte[0]; // a message that is not complete will never be
                for (int i = 2; i < payload.length; i++) {
                    utf8(payload[i]);
                }
                require(codePoint.length == 0, 1007);
                int from = Math.min(2, payload.length);
                events.add("close " + code + " "
                        + new String(payload, from, payload.length - from, StandardCharsets.UTF_8));
                finished = true;
            }
        }
    }

    /** RFC 6455 5.4, and the limits. */
    private void dataFrameBegins(int opcode, boolean fin, boolean rsv1, long length) throws Violation {
        require((opcode == 0) == (kind != 0), 1002);
        if (opcode != 0) {
            require(!rules.refused, 1003);
            kind = opcode;
            compressed = rsv1;
            declared = 0;
            fragments = 0;
            emptyFragments = 0;
            anyPayload = false;
            message = new ByteArrayOutputStream();
            codePoint = new byte[0];
        }
        require(++fragments <= rules.maxFragments, 1008);
        require(length > 0 || fin || ++emptyFragments <= rules.maxEmptyFragments, 1008);
        declared = length > Long.MAX_VALUE - declared ? Long.MAX_VALUE : declared + length;
        require((compressed ? declared / ENCODED_FACTOR : declared) <= rules.limit, 1009);
    }

    private void data(byte[] payload, boolean last) throws Violation {
        if (compressed) {
            inflate(payload, last);
        } else {
            for (byte octet : payload) {
                put(octet);
            }
        }
        if (last) {
            require(kind == 2 || codePoint.length == 0, 1007);
            byte[] whole = message.toByteArray();
            events.add(
                    kind == 1
                            ? RecordingSink.text(new String(whole, StandardCharsets.UTF_8))
                            : RecordingSink.binary(whole));
            messages++;
            kind = 0;
        }
    }

    private void put(byte octet) throws Violation {
        require(message.size() < rules.limit, 1009);
        decoded++;
        if (kind == 1) {
            utf8(octet);
        }
        message.write(octet);
    }

    /** RFC 6455 8.1: fails on the first octet that no text has there. */
    private void utf8(byte octet) throws Violation {
        codePoint = Wire.join(codePoint, new byte[] {octet});
        // The decoder of the JDK sees only with the third octet that this would be a surrogate.
        boolean surrogate = codePoint.length == 2 && codePoint[0] == (byte) 0xED && (octet & 0xE0) == 0xA0;
        require(!surrogate, 1007);
        ByteBuffer in = ByteBuffer.wrap(codePoint);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, CharBuffer.allocate(2), false);
        require(!result.isError(), 1007);
        if (!in.hasRemaining()) {
            codePoint = new byte[0];
        }
    }

    /** RFC 7692 7.2.2. */
    private void inflate(byte[] payload, boolean last) throws Violation {
        try {
            Inflater stream = inflater;
            if (stream == null) {
                stream = new Inflater(true);
                stream.setDictionary(history);
                inflater = stream;
            }
            anyPayload |= payload.length > 0;
            byte[] octet = new byte[1];
            int from = 0;
            while (true) {
                if (stream.finished() && from < payload.length) {
                    stream.reset();
                }
                stream.setInput(payload, from, payload.length - from);
                while (inflatesOne(stream, octet)) {
                    put(octet[0]);
                }
                from = payload.length - stream.getRemaining();
                if (from == payload.length || !stream.finished()) {
                    break;
                }
            }
            if (last) {
                if (anyPayload && !stream.finished()) {
                    stream.setInput(EMPTY_BLOCK_AND_FINAL_ONE);
                    require(stream.inflate(octet) == 0 && stream.finished() && stream.getRemaining() == 0, 1007);
                }
                stream.end();
                inflater = null;
                byte[] all = Wire.join(history, message.toByteArray());
                history = Arrays.copyOfRange(all, Math.max(0, all.length - rules.window), all.length);
            }
        } catch (DataFormatException e) {
            throw new Violation(1007);
        }
    }

    /** zlib may give an octet and see in the same call that what follows is broken; then the octet counts first. */
    private boolean inflatesOne(Inflater stream, byte[] octet) throws DataFormatException, Violation {
        long before = stream.getBytesWritten();
        try {
            return stream.inflate(octet) == 1;
        } catch (DataFormatException e) {
            if (stream.getBytesWritten() > before) {
                put(octet[0]);
            }
            throw e;
        }
    }
}
