package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.JourneyTest;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Where a transport listener is called from on a real Jetty, when bytes have come. */
public final class ReadableStack implements TransportListener {
    private final BlockingQueue<List<String>> stacks = new LinkedBlockingQueue<>();

    /** Our own frames between Jetty's selector and the listener. */
    public static List<String> capture() throws Exception {
        ReadableStack listener = new ReadableStack();
        try (RawServer server = new RawServer(() -> listener);
                Socket socket = server.upgrade(false, new byte[0])) {
            socket.getOutputStream().write(1);
            List<String> stack = listener.stacks.poll(30, TimeUnit.SECONDS);
            if (stack == null) {
                throw new AssertionError("nothing readable in time");
            }
            return stack;
        }
    }

    @Override
    public void onOpen(Transport transport, ByteBuffer early) {
        transport.demandRead();
    }

    @Override
    public void onReadable() {
        stacks.add(JourneyTest.ownFrames());
    }

    @Override
    public void onClosed(Throwable cause) {}
}
