package dev.hawser.test;

import dev.hawser.HawserSession;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.CloseReason;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The other end of one connection: sends frames to the endpoint under test, and looks at what it answers, in order. It
 * is the client of an {@link EndpointTester}, and the server of a {@link ClientTester}. It answers pings and close
 * frames by itself, and as a server it then ends the connection. It can also break the rules of the protocol.
 *
 * <pre>{@code
 * TestPeer peer = tester.connect("/chat/harbour");
 * peer.sendText("hi");
 * peer.expectText("hi");
 * peer.close(1000);
 * peer.expectClose(1000);
 * }</pre>
 *
 * <p>Methods named {@code expect} take what came first and has not been looked at. They wait up to the tester's
 * deadline, in real time, but not once the connection has ended and nothing can come. They throw an {@link
 * AssertionError} that says what came instead, and what both have sent before. The endpoint's side may ping at any
 * time, so all but {@link #expectPing} pass over pings. Sends do not wait for a peer's network, and are lost once the
 * connection has ended; they return once the callbacks that they cause have returned, or wait, unless the tester has
 * {@linkplain EndpointTester.Builder#realThreads real threads}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TestPeer {
    private final Supplier<HawserSession> session;
    private final MemoryTransport transport;
    private final PeerInbox inbox;
    private final PeerOutput output;
    private final Transcript transcript;
    private final Expectations expectations;
    private final PeerHandshake handshake;

    TestPeer(
            Supplier<HawserSession> session,
            MemoryTransport transport,
            PeerInbox inbox,
            PeerOutput output,
            Transcript transcript,
            Expectations expectations,
            PeerHandshake handshake) {
        this.session = session;
        this.transport = transport;
        this.inbox = inbox;
        this.output = output;
        this.transcript = transcript;
        this.expectations = expectations;
        this.handshake = handshake;
    }

    /**
     * The session of the endpoint under test. After {@code onClose} most of its methods throw, as in production.
     *
     * @throws AssertionError if it is a client's, and there is none, or none yet
     */
    public HawserSession session() {
        return session.get();
    }

    /** The subprotocol that the server's side has chosen, or "". */
    public String subprotocol() {
        return handshake.subprotocol();
    }

    /**
     * The extensions that the server's side has chosen, in its order; empty if there are none. With {@code
     * permessage-deflate} all messages of this peer are compressed.
     */
    public List<ExtensionOffer> extensions() {
        return handshake.extensions();
    }

    /** The fields of the answer to the handshake, unmodifiable; names are case-insensitive. */
    public Map<String, List<String>> responseHeaders() {
        return handshake.headers();
    }

    /**
     * Sends a text message in one frame.
     *
     * @throws IllegalArgumentException for half a surrogate pair, which UTF-8 cannot express; {@link #sendFrame} sends
     *     any octets
     */
    public void sendText(String message) {
        output.frame(new PeerEvent.Text(message).description(), Opcode.TEXT, true, utf8(message));
        transport.settle();
    }

    /**
     * Sends a text message in one frame for each of its parts (RFC 6455 5.4).
     *
     * @throws IllegalArgumentException if a part has half a surrogate pair; {@link #sendFrame} splits a character by
     *     its octets
     */
    public void sendTextInFragments(String... parts) {
        byte[][] payloads = Arrays.stream(parts).map(TestPeer::utf8).toArray(byte[][]::new);
        output.fragments(
                "text " + Quoted.text(String.join("", parts)) + " in " + parts.length + " fragments",
                Opcode.TEXT,
                payloads);
        transport.settle();
    }

    /** Sends a binary message in one frame. */
    public void sendBinary(byte[] message) {
        sendFrame(Opcode.BINARY, true, message);
    }

    /** Sends a binary message in one frame for each of its parts (RFC 6455 5.4). */
    public void sendBinaryInFragments(byte[]... parts) {
        output.fragments("binary in " + parts.length + " fragments", Opcode.BINARY, parts);
        transport.settle();
    }

    /** Sends a ping with at most 125 bytes; {@link #expectPong} has the answer. */
    public void sendPing(byte[] payload) {
        sendFrame(Opcode.PING, true, payload);
    }

    /** Sends a pong with at most 125 bytes that no ping has asked for (RFC 6455 5.5.3). */
    public void sendPong(byte[] payload) {
        sendFrame(Opcode.PONG, true, payload);
    }

    /**
     * Sends one frame, whatever has come before it: a fragment, a control frame between fragments, or a continuation of
     * nothing.
     *
     * @throws IllegalArgumentException for a control frame that is not final or has more than 125 bytes; {@link
     *     #sendRaw} sends it
     */
    public void sendFrame(Opcode opcode, boolean fin, byte[] payload) {
        String what = opcode.word() + " " + Quoted.bytes(payload) + (fin ? "" : ", not final");
        output.frame(what, opcode, fin, payload);
        transport.settle();
    }

    /** Begins the closing handshake with a close frame that has no code. */
    public void close() {
        sendClose("close", new byte[0]);
    }

    /** Begins the closing handshake; {@link #expectClose(int)} has the answer. */
    public void close(int code) {
        close(code, "");
    }

    /**
     * Begins the closing handshake.
     *
     * @throws IllegalArgumentException for a code that must not be sent, or a reason of more than 123 bytes
     */
    public void close(int code, String reason) {
        sendClose(new PeerEvent.Close(code, reason).description(), FrameWriter.closePayload(code, reason));
    }

    private void sendClose(String what, byte[] payload) {
        output.close(what, payload, inbox::closeIsSent);
        transport.settle();
    }

    /** Sends bytes that need not be frames. */
    public void sendRaw(byte[] bytes) {
        output.raw("raw bytes " + Quoted.bytes(bytes), bytes.clone());
        transport.settle();
    }

    /** Sends a text without a mask, which a server must refuse (RFC 6455 5.1). */
    public void sendUnmasked(String message) {
        output.raw("unmasked text " + Quoted.text(message), TestFrame.text(Role.SERVER, message));
        transport.settle();
    }

    /** Sends a text with a mask, which a client must refuse (RFC 6455 5.1). */
    public void sendMasked(String message) {
        output.raw("masked text " + Quoted.text(message), TestFrame.text(Role.CLIENT, message));
        transport.settle();
    }

    /** Ends the connection without a close frame, as a phone that leaves the network and whose provider says so. */
    public void vanish() {
        transcript.add("vanished");
        transport.vanish();
        output.release();
        transport.settle();
    }

    /** Sends the beginning of a text frame, and ends the connection in the middle of it. */
    public void vanishMidFrame() {
        output.beginning();
        vanish();
    }

    /** Resets the connection, so that the endpoint's reads and writes fail with an {@code IOException}. */
    public void reset() {
        transcript.add("reset the connection");
        transport.reset();
        output.release();
        transport.settle();
    }

    /**
     * Reads nothing more: the network holds 64 KiB for this peer, and after these the endpoint's sends wait. Pings and
     * close frames are then not answered, since they are not read.
     */
    public void stopReading() {
        transcript.add("stopped reading");
        transport.pauseReading();
    }

    /** Reads again, and first what has come meanwhile. */
    public void resumeReading() {
        transcript.add("resumed reading");
        transport.resumeReading();
        transport.settle();
    }

    /** Reads, but answers neither pings nor close frames, and does not end the connection by itself. */
    public void stopAnswering() {
        transcript.add("stopped answering");
        inbox.stopAnswering();
    }

    /**
     * Expects that {@code onOpen} returns or throws; {@link TestHandshake#connect} and {@link ReceivedHandshake#accept}
     * have waited for that. True at once if the endpoint has none.
     */
    public void expectOpened() {
        expectations.opens(transport);
    }

    /** Expects a text message, and returns it. */
    public String expectText() {
        PeerEvent came = expectations.next("a text", false);
        if (came instanceof PeerEvent.Text text) {
            return text.message();
        }
        throw expectations.instead("a text", came);
    }

    /** Expects this text message. */
    public void expectText(String message) {
        expectations.exactly(new PeerEvent.Text(message));
    }

    /** Expects a binary message, and returns it. */
    public byte[] expectBinary() {
        PeerEvent came = expectations.next("a binary message", false);
        if (came instanceof PeerEvent.Bytes bytes && bytes.opcode() == Opcode.BINARY) {
            return bytes.payload();
        }
        throw expectations.instead("a binary message", came);
    }

    /** Expects this binary message. */
    public void expectBinary(byte[] message) {
        expectations.exactly(new PeerEvent.Bytes(Opcode.BINARY, message));
    }

    /** Expects a ping, and returns its payload; this peer has answered it. */
    public byte[] expectPing() {
        PeerEvent came = expectations.next("a ping", true);
        if (came instanceof PeerEvent.Bytes bytes && bytes.opcode() == Opcode.PING) {
            return bytes.payload();
        }
        throw expectations.instead("a ping", came);
    }

    /** Expects a ping with this payload; this peer has answered it. */
    public void expectPing(byte[] payload) {
        expectations.exactly(new PeerEvent.Bytes(Opcode.PING, payload));
    }

    /** Expects a pong with this payload. */
    public void expectPong(byte[] payload) {
        expectations.exactly(new PeerEvent.Bytes(Opcode.PONG, payload));
    }

    /** Expects a close frame with any code, and returns its code and reason; 1005 if it has none. */
    public CloseReason expectClose() {
        PeerEvent.Close close = close("a close");
        return new CloseReason(CloseReason.CloseCodes.getCloseCode(close.code()), close.reason());
    }

    /** Expects a close frame with this code and any reason. */
    public void expectClose(int code) {
        String expected = "close " + code;
        PeerEvent.Close close = close(expected);
        if (close.code() != code) {
            throw expectations.instead(expected, close);
        }
    }

    /** Expects a close frame with this code and reason. */
    public void expectClose(int code, String reason) {
        expectations.exactly(new PeerEvent.Close(code, reason));
    }

    private PeerEvent.Close close(String expected) {
        PeerEvent came = expectations.next(expected, false);
        if (came instanceof PeerEvent.Close close) {
            return close;
        }
        throw expectations.instead(expected, came);
    }

    /** Expects that the endpoint's side ends the connection: after its close frame, or without one. */
    public void expectEnd() {
        expectations.exactly(new PeerEvent.End());
    }

    /**
     * Lets so much time pass, as {@link EndpointTester#advance} does, and expects that nothing but pings comes. With
     * {@linkplain EndpointTester.Builder#realThreads real threads} it takes that long if all is well.
     */
    public void expectNothingFor(Duration time) {
        expectations.nothingFor(time, transport.pass(time));
    }

    /** Expects that the endpoint's session ends: that its {@code onClose} returns, if it has one. */
    public void expectSessionEnded() {
        HawserSession ending = session.get();
        expectations.becomes("the session to end", () -> !ending.isOpen());
    }

    /** Ends the connection if the server's stop would wait in vain for this peer. */
    void giveUp() {
        if (transport.isPaused() || !inbox.isAnswering()) {
            transport.reset();
        }
    }

    /** Releases what its extensions own. */
    void release() {
        output.release();
        inbox.leaves();
    }

    /** The bytes of data frames so far, as they came over the wire. */
    long receivedBytes() {
        return inbox.wireBytes();
    }

    /** The bytes of all frames so far, as they went over the wire. */
    long sentBytes() {
        return output.sentBytes();
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] octets = new byte[encoded.remaining()];
            encoded.get(octets);
            return octets;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "UTF-8 cannot express half a surrogate pair; sendFrame sends any octets", e);
        }
    }
}
