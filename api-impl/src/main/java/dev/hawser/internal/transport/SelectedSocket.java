package dev.hawser.internal.transport;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A socket in a {@link SelectorLoop}. */
public final class SelectedSocket implements LoopPlace {
    private final SelectorLoop.Lease loop;
    private final SocketChannel channel;

    /** Set once, by {@link #enter}. */
    private volatile @Nullable SelectionKey key;

    /** Takes over a non-blocking channel and the lease. */
    public SelectedSocket(SelectorLoop.Lease loop, SocketChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    @Override
    public void enter(SelectorLoop.Listener listener) throws IOException {
        key = loop.register(channel, listener);
    }

    @Override
    public void await(int operations) {
        SelectionKey entered = key;
        if (entered != null) {
            loop.await(entered, operations);
        }
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            SelectionKey entered = key;
            if (entered != null) {
                entered.cancel();
            }
        }
    }

    @Override
    public void leave() {
        loop.release();
    }
}
