package dev.hawser.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * The socket without TLS. A SocketChannel has one lock for reading and another for writing, so this class needs none.
 */
public final class PlainWire implements Wire {
    /**
     * The most bytes given to the socket in one call. The JDK copies heap buffers into a direct buffer of the same
     * size, which it then keeps for the thread: one large message would stay in native memory for as long as the thread
     * lives.
     */
    private static final int WINDOW = 128 * 1024;

    private final SocketChannel channel;

    public PlainWire(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        return channel.read(destination);
    }

    @Override
    public int readInterest() {
        return SelectionKey.OP_READ;
    }

    @Override
    public boolean write(ByteBuffer[] buffers) throws IOException {
        return write(channel, buffers);
    }

    /** Writes to any non-blocking channel; returns true if that was all, false if the channel takes no more now. */
    public static boolean write(GatheringByteChannel channel, ByteBuffer[] buffers) throws IOException {
        int first = 0;
        while (true) {
            while (first < buffers.length && !buffers[first].hasRemaining()) {
                first++;
            }
            if (first == buffers.length) {
                return true;
            }
            if (writeWindow(channel, buffers, first) == 0) {
                return false;
            }
        }
    }

    /**
     * Gives the socket at most {@link #WINDOW} bytes. The buffer in which the window ends has a lower limit during the
     * call.
     */
    private static long writeWindow(GatheringByteChannel channel, ByteBuffer[] buffers, int first) throws IOException {
        int room = WINDOW;
        int last = first;
        while (room > buffers[last].remaining() && last < buffers.length - 1) {
            room -= buffers[last].remaining();
            last++;
        }
        ByteBuffer cut = buffers[last];
        int limit = cut.limit();
        cut.limit(cut.position() + Math.min(room, cut.remaining()));
        try {
            return first == last ? channel.write(cut) : channel.write(buffers, first, last - first + 1);
        } finally {
            cut.limit(limit);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        // nothing to send: TCP has no message for it
    }

    @Override
    public boolean isSecure() {
        return false;
    }
}
