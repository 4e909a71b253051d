package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A container may tell the end of the stream, or its failure, in the middle of its answer whether the stream is ready.
 * Whoever asks there holds the transport's lock, and may be the listener's own turn: the listener is called, once, but
 * never in that stack.
 */
class EndWhileAskedTest {
    private final List<String> calls = new ArrayList<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Input input = new Input();
    private final ServletTransport transport = new ServletTransport(
            new Recording(), new NativeConnection.Portable(tasks::add), new Peers(null, null, false));

    /** Whether the test is inside a call of the transport that must not call back. */
    private boolean inDemand;

    @Test
    void allDataReadIsToldOutsideOfTheAskersStack() throws IOException {
        input.told = ReadListener::onAllDataRead;
        theEndIsToldOnceAndOutside("read -1");
    }

    @Test
    void theEndAsAnErrorIsToldOutsideOfTheAskersStack() throws IOException {
        input.told = events -> events.onError(new EOFException());
        theEndIsToldOnceAndOutside("read -1");
    }

    @Test
    void aFailureIsToldOutsideOfTheAskersStack() throws IOException {
        input.told = events -> events.onError(new IOException("reset"));
        theEndIsToldOnceAndOutside("read The connection failed: reset");
    }

    private void theEndIsToldOnceAndOutside(String end) throws IOException {
        transport.open(new Streams());
        assertEquals(List.of("open"), calls);
        input.tells = true;
        inDemand = true;
        transport.demandRead();
        inDemand = false;
        assertEquals(List.of("open"), calls);
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertEquals(List.of("open", "readable", end), calls);
    }

    /** What the container tells. */
    private interface Told {
        void accept(ReadListener events) throws IOException;
    }

    private final class Recording implements TransportListener {
        @Override
        public void onOpen(Transport opened, ByteBuffer early) {
            calls.add("open");
        }

        @Override
        public void onReadable() {
            calls.add(inDemand ? "readable in the stack of its own demand" : "readable");
            try {
                calls.add("read " + transport.read(ByteBuffer.allocate(16).limit(0)));
            } catch (IOException e) {
                calls.add("read " + e.getMessage());
            }
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            calls.add("closed");
        }
    }

    private final class Streams implements WebConnection {
        @Override
        public ServletInputStream getInputStream() {
            return input;
        }

        @Override
        public ServletOutputStream getOutputStream() {
            return new Output();
        }

        @Override
        public void close() {}
    }

    /** Has nothing to read, and tells the end when it is asked whether it has. */
    private static final class Input extends ServletInputStream {
        Told told = events -> {};
        boolean tells;
        private @Nullable ReadListener listener;

        @Override
        public boolean isReady() {
            ReadListener events = listener;
            if (tells && events != null) {
                tells = false;
                try {
                    told.accept(events);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return false;
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public void setReadListener(ReadListener events) {
            listener = events;
        }

        @Override
        public int read() {
            throw new IllegalStateException("not ready");
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            throw new IllegalStateException("not ready");
        }
    }

    private static final class Output extends ServletOutputStream {
        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener events) {}

        @Override
        public void write(int octet) {}
    }
}
