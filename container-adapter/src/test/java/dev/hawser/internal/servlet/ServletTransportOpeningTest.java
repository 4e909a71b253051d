package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A connection that never opens: whoever waits for it is told. */
class ServletTransportOpeningTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final ServletTransport transport = new ServletTransport(
            new Recording(calls),
            new NativeConnection.Portable(Runnable::run),
            new ServletTransport.Peers(null, null, false));

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

    private record Recording(List<String> calls) implements TransportListener {
        @Override
        public void onOpen(Transport opened, ByteBuffer early) {
            calls.add("open");
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
