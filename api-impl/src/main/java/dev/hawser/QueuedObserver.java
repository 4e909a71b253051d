package dev.hawser;

import dev.hawser.extension.Opcode;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets an observer do input and output. It calls the observer on a separate thread, one event after another, so that
 * connections do not wait. If it falls behind, events beyond the capacity are dropped and counted.
 *
 * <pre>{@code
 * QueuedObserver queued = QueuedObserver.start(new AuditToDatabase(), 10_000);
 * container.addObserver(queued);
 * gauge("websocket.audit.dropped", queued::dropped);
 * }</pre>
 *
 * <p>Close it when the application stops: its daemon thread then ends, and events that still wait are dropped. The
 * first exception or error of the observer is logged. Thread-safe.
 *
 * @since 0.1.0
 */
public final class QueuedObserver implements ConnectionObserver, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.observer");

    private final ConnectionObserver observer;
    private final BlockingQueue<Consumer<ConnectionObserver>> waiting;
    private final LongAdder dropped = new LongAdder();
    private volatile boolean closed;
    private volatile @Nullable Thread thread;
    /** Whether a failure was logged; accessed only by the thread. */
    private boolean told;

    private QueuedObserver(ConnectionObserver observer, int capacity) {
        this.observer = observer;
        this.waiting = new ArrayBlockingQueue<>(capacity);
    }

    /**
     * Starts the thread of an observer.
     *
     * @param capacity how many events may wait
     * @throws IllegalArgumentException if the capacity is not positive
     */
    public static QueuedObserver start(ConnectionObserver observer, int capacity) {
        QueuedObserver queued = new QueuedObserver(observer, capacity);
        Thread thread = new Thread(queued::run, "hawser-observer");
        thread.setDaemon(true);
        queued.thread = thread;
        thread.start();
        return queued;
    }

    /** How many events were dropped so far. */
    public long dropped() {
        return dropped.sum();
    }

    /** How many events wait. */
    public int waiting() {
        return waiting.size();
    }

    /**
     * Ends the thread, and interrupts it if the observer is still at work. Events that wait or come later are dropped.
     */
    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                waiting.take().accept(observer);
            } catch (InterruptedException e) {
                // closed, or an interrupt of the observer's own
            } catch (Throwable e) {
                failed(e);
            }
        }
        dropped.add(waiting.size());
        waiting.clear();
    }

    /** Logs only the first failure, since each event may fail in the same way. */
    private void failed(Throwable failure) {
        try {
            if (!told) {
                told = true;
                LOGGER.log(
                        System.Logger.Level.WARNING, "a queued observer threw; later failures are not logged", failure);
            }
        } catch (Throwable e) {
            // there may be no memory for a log line
        }
    }

    private void put(Consumer<ConnectionObserver> event) {
        if (closed || !waiting.offer(event)) {
            dropped.increment();
        }
    }

    @Override
    public void handshakeBegan(String endpoint, boolean client) {
        put(to -> to.handshakeBegan(endpoint, client));
    }

    @Override
    public void handshakeDecided(ObservedHandshake handshake) {
        put(to -> to.handshakeDecided(handshake));
    }

    @Override
    public void opened(ObservedConnection connection) {
        put(to -> to.opened(connection));
    }

    @Override
    public void frameReceived(ObservedConnection connection, ObservedFrame frame) {
        put(to -> to.frameReceived(connection, frame));
    }

    @Override
    public void frameSent(ObservedConnection connection, ObservedFrame frame) {
        put(to -> to.frameSent(connection, frame));
    }

    @Override
    public void messageReceived(ObservedConnection connection, Opcode kind, long bytes) {
        put(to -> to.messageReceived(connection, kind, bytes));
    }

    @Override
    public void messageSent(ObservedConnection connection, Opcode kind, long bytes) {
        put(to -> to.messageSent(connection, kind, bytes));
    }

    @Override
    public void callbackBegan(ObservedConnection connection, ObservedCallback callback) {
        put(to -> to.callbackBegan(connection, callback));
    }

    @Override
    public void callbackBlocked(ObservedConnection connection, long nanos, Thread thread) {
        put(to -> to.callbackBlocked(connection, nanos, thread));
    }

    @Override
    public void memoryBudgetReached(long heldBytes, long budget) {
        put(to -> to.memoryBudgetReached(heldBytes, budget));
    }

    @Override
    public void callbackReturned(ObservedConnection connection, ObservedCallback callback, long nanos) {
        put(to -> to.callbackReturned(connection, callback, nanos));
    }

    @Override
    public void queueHighWater(ObservedConnection connection, long bytes) {
        put(to -> to.queueHighWater(connection, bytes));
    }

    @Override
    public void sendFailed(ObservedConnection connection, Throwable failure) {
        put(to -> to.sendFailed(connection, failure));
    }

    @Override
    public void takenOut() {
        put(ConnectionObserver::takenOut);
    }

    @Override
    public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
        put(to -> to.ended(connection, cause, closeCode));
    }
}
