package dev.hawser.internal.client;

import dev.hawser.CloseCause;
import dev.hawser.internal.connection.WebSocketConnection;
import jakarta.websocket.CloseReason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** The connections of one container whose transports are open, so that it can close them. Thread-safe. */
final class OpenConnections {
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by {@link #lock}. */
    private final Set<WebSocketConnection> open = new HashSet<>();

    /** Guarded by {@link #lock}. */
    private boolean closed;

    /** @throws IllegalStateException if {@link #close} was called */
    void refuseIfClosed() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The WebSocket container is closed");
            }
        } finally {
            lock.unlock();
        }
    }

    /** @throws IllegalStateException if {@link #close} was called while the connection was being made */
    void add(WebSocketConnection connection) {
        lock.lock();
        try {
            refuseIfClosed();
            open.add(connection);
        } finally {
            lock.unlock();
        }
    }

    void remove(WebSocketConnection connection) {
        lock.lock();
        try {
            open.remove(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes all connections with 1001, waits up to the timeout, and cuts those that are left. */
    void close(Duration timeout) {
        CloseReason reason = new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "the container is closed");
        begin().forEach(connection -> connection.closeAtStop(reason));
        awaitEmpty(timeout);
        begin().forEach(connection -> connection.cut("the container is closed", CloseCause.STOPPED));
    }

    private List<WebSocketConnection> begin() {
        lock.lock();
        try {
            closed = true;
            return List.copyOf(open);
        } finally {
            lock.unlock();
        }
    }

    private void awaitEmpty(Duration timeout) {
        lock.lock();
        try {
            long remaining = timeout.toNanos();
            while (!open.isEmpty() && remaining > 0) {
                remaining = changed.awaitNanos(remaining);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the remaining connections are cut at once
        } finally {
            lock.unlock();
        }
    }
}
