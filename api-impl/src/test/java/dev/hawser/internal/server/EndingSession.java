package dev.hawser.internal.server;

import dev.hawser.CloseCause;
import dev.hawser.HawserSession;
import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.session.SessionHarness;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** One session that is to end, with a peer that answers the close, and an endpoint that keeps what onClose was told. */
final class EndingSession implements AutoCloseable {
    /** Knows only text, and throws when it opens if it is told to. */
    @ServerEndpoint(value = "/test", encoders = Broken.class)
    public static class Texts {
        volatile Session session;
        volatile int told = -1;
        volatile CloseCause cause;
        final boolean fails;

        public Texts() {
            this(false);
        }

        Texts(boolean fails) {
            this.fails = fails;
        }

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
            if (fails) {
                throw new IllegalStateException("as the test wants it");
            }
        }

        @OnMessage
        public void onText(String message) {}

        @OnError
        public void onError(Throwable error) {}

        @OnClose
        public void onClose(Session closed, CloseReason reason) {
            cause = ((HawserSession) closed).getCloseCause();
            told = reason.getCloseCode().getCode();
        }
    }

    /** Reads binary messages as streams. */
    @ServerEndpoint("/test")
    public static class Streams extends Texts {
        @OnMessage
        public void onStream(InputStream message) throws IOException {
            message.readAllBytes();
        }

        @Override
        @OnOpen
        public void onOpen(Session opened) {
            super.onOpen(opened);
        }

        @Override
        @OnClose
        public void onClose(Session closed, CloseReason reason) {
            super.onClose(closed, reason);
        }

        @Override
        @OnError
        public void onError(Throwable error) {}
    }

    /** What {@link Broken} encodes. */
    public record Half() {}

    /** Begins a message and gives up. */
    public static class Broken implements Encoder.BinaryStream<Half> {
        @Override
        public void encode(Half object, OutputStream out) throws EncodeException, IOException {
            out.write(new byte[20_000]);
            throw new EncodeException(object, "half");
        }
    }

    /** Throws at each frame, in either direction. */
    static final class Failing implements InboundExtension, OutboundExtension {
        static final NegotiatedExtension AGREED =
                new NegotiatedExtension(new ExtensionOffer("x-test", List.of()), Failing::new, Failing::new);

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            throw new IllegalStateException("as the test wants it");
        }

        @Override
        public int rsv() {
            return RSV1;
        }

        @Override
        public Scope scope() {
            return Scope.MESSAGE;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return true;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            throw new IllegalStateException("as the test wants it");
        }

        @Override
        public void close() {}
    }

    final Texts endpoint;
    final SessionHarness session;
    boolean opens = true;

    EndingSession(Texts endpoint, Settings.Builder settings, NegotiatedExtension... extensions) {
        this.endpoint = endpoint;
        session = new SessionHarness(endpoint, settings.build(), extensions);
        SessionHarness.await("it opens", () -> endpoint.session != null);
    }

    EndingSession(Settings.Builder settings) {
        this(new Texts(), settings);
    }

    EndingSession() {
        this(Settings.builder());
    }

    EndingSession reads(byte[]... frames) {
        session.read(frames);
        return this;
    }

    HawserSession hawser() {
        return (HawserSession) endpoint.session;
    }

    /** As a peer does; returns the code that it got, or -1. */
    int answersTheClose() {
        SessionHarness.await("the end begins", () -> hawser().getCloseCause() != null);
        SessionHarness.await("a close frame, or the end", () -> closeCode() >= 0 || endpoint.told >= 0);
        int code = closeCode();
        if (code >= 0 && endpoint.told < 0) {
            reads(SessionHarness.close(code == 1005 ? 1000 : code, ""));
        }
        return code;
    }

    private int closeCode() {
        return session.received().stream()
                .filter(line -> line.startsWith("close:"))
                .map(line -> Integer.parseInt(line.substring(6, 10)))
                .findFirst()
                .orElse(-1);
    }

    @Override
    public void close() {
        session.close();
    }
}
