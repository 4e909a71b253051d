package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A connection that never opens: whoever waits for it is told. */
class ServletTransportOpeningTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final ServletTransport transport = new ServletTransport(
            new Recording(calls, false), new NativeConnection.Portable(Runnable::run), new Peers(null, null, false));

    @Test
    void aConnectionWhoseStreamsCannotBeHadIsTold() {
        assertThrows(IOException.class, () -> transport.open(new Broken()));
        transport.destroyed();
        assertEquals(List.of("closed"), calls);
    }

    @Test
    void aConnectionThatIsDestroyedBeforeItIsInitializedIsTold() {
        ServletUpgradeHandler handler = new ServletUpgradeHandler();
        handler.give(transport);
        handler.destroy();
        assertEquals(List.of("closed"), calls);
    }

    @Test
    void aListenerThatThrowsWhenItOpensIsToldTheEndAndTheConnectionIsClosed() throws Exception {
        ServletTransport throwing = new ServletTransport(
                new Recording(calls, true), new NativeConnection.Portable(Runnable::run), new Peers(null, null, false));
        Silent connection = new Silent();
        throwing.open(connection); // throws nothing: the thread is the container's
        assertEquals(List.of("open", "closed"), calls);
        assertTrue(connection.closed.get());
    }

    private record Recording(List<String> calls, boolean throwsInOnOpen) implements TransportListener {
        @Override
        public void onOpen(Transport opened, ByteBuffer early) {
            calls.add("open");
            if (throwsInOnOpen) {
                throw new StackOverflowError("of a test");
            }
        }

        @Override
        public void onReadable() {
            calls.add("readable");
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            calls.add("closed");
        }
    }

    /** Nothing ever arrives. */
    private static final class Silent implements WebConnection {
        final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public ServletInputStream getInputStream() {
            return new ServletInputStream() {
                @Override
                public boolean isFinished() {
                    return false;
                }

                @Override
                public boolean isReady() {
                    return false;
                }

                @Override
                public void setReadListener(ReadListener listener) {}

                @Override
                public int read() {
                    throw new IllegalStateException("nothing is there");
                }

                @Override
                public int read(byte[] bytes, int offset, int length) {
                    throw new IllegalStateException("nothing is there");
                }
            };
        }

        @Override
        public ServletOutputStream getOutputStream() {
            return new ServletOutputStream() {
                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setWriteListener(WriteListener listener) {}

                @Override
                public void write(int octet) {}
            };
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private static final class Broken implements WebConnection {
        @Override
        public ServletInputStream getInputStream() throws IOException {
            throw new IOException("gone");
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            throw new IOException("gone");
        }

        @Override
        public void close() {}
    }
}
