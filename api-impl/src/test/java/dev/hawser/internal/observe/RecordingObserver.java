package dev.hawser.internal.observe;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.ObservedHandshake;
import dev.hawser.extension.Opcode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Keeps what it is told, a line each: {@code frame in TEXT fin rsv0 5}. */
public final class RecordingObserver implements ConnectionObserver {
    public final List<String> lines = new CopyOnWriteArrayList<>();
    public final List<ObservedConnection> connections = new CopyOnWriteArrayList<>();
    public final List<ObservedHandshake> handshakes = new CopyOnWriteArrayList<>();

    /** Handshakes and callbacks that have begun, and those that have ended, each with its thread. */
    public final List<String> begun = new CopyOnWriteArrayList<>();

    public final List<String> ended = new CopyOnWriteArrayList<>();

    public final List<Thread> blockedThreads = new CopyOnWriteArrayList<>();

    private void add(String line) {
        lines.add(line);
    }

    /** Whether each of these lines was told, in any order. */
    public boolean has(String... expected) {
        return lines.containsAll(List.of(expected));
    }

    /** The lines that begin so, in their order. */
    public List<String> of(String beginning) {
        return lines.stream().filter(line -> line.startsWith(beginning)).toList();
    }

    @Override
    public void handshakeBegan(String endpoint, boolean client) {
        begun.add("handshake " + endpoint + " by " + Thread.currentThread());
    }

    @Override
    public void callbackBegan(ObservedConnection connection, ObservedCallback callback) {
        begun.add("callback " + callback + " by " + Thread.currentThread());
    }

    @Override
    public void callbackBlocked(ObservedConnection connection, long nanos, Thread thread) {
        blockedThreads.add(thread);
        add("blocked " + TimeUnit.NANOSECONDS.toSeconds(nanos));
    }

    @Override
    public void memoryBudgetReached(long heldBytes, long budget) {
        add("budget " + budget + (heldBytes > budget ? " reached" : " not reached by " + heldBytes));
    }

    @Override
    public void handshakeDecided(ObservedHandshake handshake) {
        handshakes.add(handshake);
        ended.add("handshake " + handshake.endpoint() + " by " + Thread.currentThread());
        add("handshake " + handshake.endpoint() + " " + handshake.status());
    }

    @Override
    public void opened(ObservedConnection connection) {
        connections.add(connection);
        add("opened " + connection.endpoint());
    }

    private static String words(ObservedFrame frame) {
        return frame.opcode() + (frame.fin() ? " fin" : " more") + " rsv" + frame.rsv() + " " + frame.length()
                + (frame.closeCode() == 0 ? "" : " code " + frame.closeCode());
    }

    @Override
    public void frameReceived(ObservedConnection connection, ObservedFrame frame) {
        add("frame in " + words(frame));
    }

    @Override
    public void frameSent(ObservedConnection connection, ObservedFrame frame) {
        add("frame out " + words(frame));
    }

    @Override
    public void messageReceived(ObservedConnection connection, Opcode kind, long bytes) {
        add("message in " + kind + " " + bytes);
    }

    @Override
    public void messageSent(ObservedConnection connection, Opcode kind, long bytes) {
        add("message out " + kind + " " + bytes);
    }

    @Override
    public void callbackReturned(ObservedConnection connection, ObservedCallback callback, long nanos) {
        if (nanos < 0) {
            throw new AssertionError("a callback of " + nanos + " ns");
        }
        ended.add("callback " + callback + " by " + Thread.currentThread());
        add("callback " + callback);
    }

    @Override
    public void queueHighWater(ObservedConnection connection, long bytes) {
        add("high water " + Long.highestOneBit(bytes));
    }

    @Override
    public void sendFailed(ObservedConnection connection, Throwable failure) {
        add("send failed");
    }

    @Override
    public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
        add("ended " + cause + " " + closeCode);
    }
}
