package dev.hawser.internal.observe;

import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedHandshake;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The observers of one container's connections: the application's, and those of Hawser's own that watch all containers.
 * Thread-safe.
 */
public final class Observers {
    private static final Watcher[] NOBODY = {};

    /** All that are in use. Guarded by itself, as are the lists of observers. */
    private static final Set<Observers> ALL = Collections.newSetFromMap(new WeakHashMap<>());

    /** Hawser's own, for the containers to come. Guarded by {@link #ALL}. */
    private static final Set<ConnectionObserver> EVERYWHERE = new LinkedHashSet<>();

    /**
     * Replaced as a whole, with the lock of {@link #ALL} held. It is not volatile, so that an event costs one plain
     * read if nobody watches. Between two events of a connection there is always a lock, so a reader sees the change.
     */
    private Watcher[] present = NOBODY;

    private Observers() {}

    /** For a new container. */
    public static Observers create() {
        Observers made = new Observers();
        synchronized (ALL) {
            ALL.add(made);
            EVERYWHERE.forEach(made::put);
        }
        return made;
    }

    /** Whether nobody watches. One plain read. */
    public boolean none() {
        return present == NOBODY;
    }

    /** Adds an observer; one that is there stays. */
    public void add(ConnectionObserver observer) {
        synchronized (ALL) {
            put(observer);
        }
    }

    /** Removes an observer, which may be called a last time by threads that are about to. */
    public void remove(ConnectionObserver observer) {
        synchronized (ALL) {
            take(observer);
        }
    }

    /** Adds an observer of Hawser's own to all containers, also those to come. */
    static void addEverywhere(ConnectionObserver observer) {
        synchronized (ALL) {
            if (EVERYWHERE.add(observer)) {
                ALL.forEach(each -> each.put(observer));
            }
        }
    }

    /** Removes an observer from all containers. */
    static void removeEverywhere(ConnectionObserver observer) {
        synchronized (ALL) {
            if (EVERYWHERE.remove(observer)) {
                ALL.forEach(each -> each.take(observer));
            }
        }
    }

    /**
     * Something that has begun, and who was told so. They are told how it ends, too, even if they are removed
     * meanwhile, and nobody else is: so what an observer begins on a thread it can end there.
     */
    public static final class Begun {
        private final Watcher[] told;
        private long nanoTime;

        private Begun(Watcher[] told) {
            this.told = told;
        }

        /** How long it has taken, in nanoseconds. */
        long nanos() {
            return System.nanoTime() - nanoTime;
        }
    }

    /** Tells all observers that something begins. Returns null if nobody watches. */
    @Nullable Begun begins(Consumer<ConnectionObserver> event) {
        Watcher[] watchers = present;
        if (watchers == NOBODY) {
            return null;
        }
        Begun begun = new Begun(watchers);
        tell(watchers, event);
        begun.nanoTime = System.nanoTime();
        return begun;
    }

    /** Tells an event to those who were told of the beginning. Never throws. Called without locks. */
    void tell(Begun begun, Consumer<ConnectionObserver> event) {
        tell(begun.told, event);
    }

    /** A handshake begins. Returns what {@link #handshakeDecided} needs; null if nobody watches. */
    public @Nullable Begun handshakeBegins(String endpoint, boolean client) {
        try {
            return begins(to -> to.handshakeBegan(endpoint, client));
        } catch (Throwable e) {
            return null; // no memory for it
        }
    }

    /**
     * A handshake was decided.
     *
     * @param status the HTTP status, or 0 if there was none
     * @param sessionId the session that is made, or null
     */
    public void handshakeDecided(
            String endpoint, boolean client, int status, @Nullable Begun begun, @Nullable String sessionId) {
        if (begun == null) {
            return;
        }
        try {
            ObservedHandshake handshake = new ObservedHandshake(endpoint, client, status, begun.nanos(), sessionId);
            tell(begun, to -> to.handshakeDecided(handshake));
        } catch (Throwable e) {
            // no memory for it
        }
    }

    /** All connections hold more than the budget. */
    public void memoryBudgetReached(long heldBytes, long budget) {
        if (!none()) {
            tell(to -> to.memoryBudgetReached(heldBytes, budget));
        }
    }

    /** Whether a log of frames shows payloads of the connection. */
    boolean showPayloads(ObservedConnection connection) {
        for (Watcher watcher : present) {
            if (watcher.observer instanceof FrameLog log && log.showsPayloads(connection)) {
                return true;
            }
        }
        return false;
    }

    /** Tells all observers an event. Never throws. Called without locks. */
    void tell(Consumer<ConnectionObserver> event) {
        tell(present, event);
    }

    private void tell(Watcher[] watchers, Consumer<ConnectionObserver> event) {
        try {
            for (Watcher watcher : watchers) {
                if (!watcher.tell(event)) {
                    takeOut(watcher);
                }
            }
        } catch (Throwable e) {
            // no stack or memory for it; the next event may be told
        }
    }

    private void takeOut(Watcher slow) {
        boolean there;
        synchronized (ALL) {
            there = take(slow.observer);
        }
        if (there) {
            slow.tellThatItIsOut();
        }
    }

    private void put(ConnectionObserver observer) {
        List<Watcher> more = new ArrayList<>(List.of(present));
        if (more.stream().noneMatch(each -> each.observer == observer)) {
            more.add(new Watcher(observer));
            present = more.toArray(NOBODY);
        }
    }

    private boolean take(ConnectionObserver observer) {
        List<Watcher> fewer = new ArrayList<>(List.of(present));
        boolean there = fewer.removeIf(each -> each.observer == observer);
        present = fewer.isEmpty() ? NOBODY : fewer.toArray(NOBODY);
        return there;
    }
}
