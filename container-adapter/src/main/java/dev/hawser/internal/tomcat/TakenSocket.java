package dev.hawser.internal.tomcat;

import static java.lang.System.Logger.Level.ERROR;

import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.ClosedByServer;
import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.PlainWire;
import dev.hawser.internal.transport.SelectedSocket;
import dev.hawser.internal.transport.SelectorLoop;
import dev.hawser.internal.transport.SocketTransport;
import dev.hawser.internal.transport.TransportListener;
import dev.hawser.internal.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the NIO connector in an event loop of ours. Its key stays in Tomcat's poller without an interest, so the
 * poller costs nothing for it, and its stop still closes it. At the end the wrapper is closed, as Tomcat closes its
 * own: that counts the connection down and gives its buffers back.
 */
final class TakenSocket implements SocketCourse {
    private static final LimitedLog ERRORS = new LimitedLog("dev.hawser.connection");
    private static final String NOT_TAKEN =
            LimitedLog.prepared("A connection was cut because its socket could not be taken over from Tomcat");

    private static final String NOT_ENDED = LimitedLog.prepared("A connection could not be ended");

    /** Null once the socket is taken: it holds the request. Accessed only by Tomcat's thread that takes the socket. */
    private @Nullable WaitingUpgrade upgrade;

    private final TransportListener listener;
    private final SocketWrapperBase<?> wrapper;
    private final SocketChannel socket;
    private final @Nullable SecureWire secure;
    private volatile @Nullable SocketTransport transport;
    /** Whether the connection has ended, so that what Tomcat says of it is no news. */
    private volatile boolean givenBack;

    TakenSocket(WaitingUpgrade upgrade, SocketWrapperBase<?> wrapper, NioChannel channel) {
        this.upgrade = upgrade;
        this.listener = upgrade.listener();
        this.wrapper = wrapper;
        this.socket = channel.getIOChannel();
        this.secure = channel instanceof SecureNioChannel tls ? new SecureWire(wrapper, tls) : null;
    }

    /** Whether the channel is one of Tomcat's own; a subclass may need to see what is read and written. */
    static boolean isKnown(NioChannel channel) {
        return channel.getClass() == NioChannel.class || channel.getClass() == SecureNioChannel.class;
    }

    @Override
    public SocketState on(SocketEvent event) {
        switch (event) {
            case OPEN_READ, OPEN_WRITE -> {
                return transport != null || isTaken() ? SocketState.SUSPENDED : SocketState.CLOSED;
            }
            default -> {
                return SocketState.CLOSED; // Tomcat calls destroyed
            }
        }
    }

    /** Called once, on Tomcat's thread, which does nothing more with the socket. */
    private boolean isTaken() {
        SelectorLoop.Lease lease = null;
        WaitingUpgrade given = upgrade;
        if (given == null) {
            return false; // it could not be taken before
        }
        upgrade = null;
        try {
            if (wrapper.hasDataToWrite()) {
                wrapper.flush(true); // the end of the response
            }
            ByteBuffer early = early();
            lease = given.loops().lease();
            Wire wire = secure == null ? new PlainWire(socket) : secure;
            Peers peers = given.peers().sharing(socket.getRemoteAddress(), socket.getLocalAddress());
            SocketTransport taken = SocketTransport.on(new SelectedSocket(lease, socket), wire, peers);
            lease = null; // its end gives it back
            transport = taken;
            CompletableFuture<Void> opened = taken.start(listener, early, this::giveBack);
            return !opened.isCompletedExceptionally();
        } catch (Throwable e) { // an error of the JVM, too: Tomcat's thread serves others
            notTaken(lease, e);
            return false;
        }
    }

    private void notTaken(SelectorLoop.@Nullable Lease lease, Throwable cause) {
        try {
            if (lease != null) {
                lease.release();
            }
            listener.onClosed(cause);
        } catch (Throwable e) {
            // the session's deadline for opening ends it
        }
        if (!(cause instanceof IOException)) {
            ERRORS.logIfPossible(ERROR, NOT_TAKEN, cause);
        }
    }

    /** What came behind the request, and lies decrypted in Tomcat's buffer. */
    private ByteBuffer early() {
        SocketBufferHandler buffers = wrapper.getSocketBufferHandler();
        if (buffers.isReadBufferEmpty()) {
            return ByteBuffer.allocate(0);
        }
        buffers.configureReadBufferForRead();
        ByteBuffer held = buffers.getReadBuffer();
        ByteBuffer early = ByteBuffer.allocate(held.remaining());
        early.put(held).flip();
        return early;
    }

    /** Runs on the loop when the session has been told the end. */
    private void giveBack() {
        givenBack = true;
        leaveChannel();
        wrapper.close(); // calls destroyed
    }

    /** Tomcat reuses the object of the channel for other connections once the wrapper is closed. */
    private void leaveChannel() {
        if (secure != null) {
            secure.leave();
        }
    }

    @Override
    public void destroyed() {
        try {
            leaveChannel();
            SocketTransport taken = transport;
            if (taken != null && !givenBack) {
                taken.onFailed(ClosedByServer.named("Tomcat"));
            }
        } catch (Throwable e) { // Tomcat goes on with its own end of the connection
            ERRORS.logIfPossible(ERROR, NOT_ENDED, e);
        }
    }
}
