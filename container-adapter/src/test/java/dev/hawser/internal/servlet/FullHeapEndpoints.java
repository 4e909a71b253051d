package dev.hawser.internal.servlet;

import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a {@link FullHeapServer}, and what they were told. To note that needs no memory but the objects
 * themselves.
 */
public final class FullHeapEndpoints {
    /** The sessions that were opened, as a chain. */
    private static @Nullable Life lives; // guarded by the class

    /** What the callbacks that block wait for. */
    private static final Semaphore LET_GO = new Semaphore(0);

    private static final int MANY = 1_000_000;

    private FullHeapEndpoints() {}

    static Set<Class<?>> all() {
        return Set.of(Echo.class, Async.class, Blocks.class);
    }

    /** One session as its endpoint was told of it. */
    private static final class Life {
        final Class<?> endpoint;
        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        volatile @Nullable Session session;
        /** The last one sent; its callbacks do not overlap. */
        volatile @Nullable Told sent;

        @Nullable Life before;

        Life(Class<?> endpoint) {
            this.endpoint = endpoint;
        }

        void opened(Session its) {
            session = its;
            if (opened.getAndIncrement() == 0) {
                add(this);
            }
        }
    }

    private static synchronized void add(Life life) {
        life.before = lives;
        lives = life;
    }

    /** One asynchronous send: how often its handler was told. */
    private static final class Told implements SendHandler {
        final AtomicInteger times = new AtomicInteger();
        final @Nullable Told before;
        /** Whether the call threw, so that the handler need not be told. */
        volatile boolean threw;

        Told(@Nullable Told before) {
            this.before = before;
        }

        @Override
        public void onResult(SendResult result) {
            times.incrementAndGet();
        }
    }

    /** Returns what it gets, or closes. */
    @ServerEndpoint("/echo")
    public static class Echo {
        private final Life life = new Life(Echo.class);

        @OnOpen
        public void open(Session session) {
            life.opened(session);
        }

        @OnMessage
        public @Nullable String echo(String text, Session session) throws IOException {
            if (text.equals("close")) {
                session.close();
                return null;
            }
            return text;
        }

        @OnClose
        public void close() {
            life.closed.incrementAndGet();
        }
    }

    /** Answers with asynchronous sends. */
    @ServerEndpoint("/async")
    public static class Async {
        private final Life life = new Life(Async.class);

        @OnOpen
        public void open(Session session) {
            life.opened(session);
        }

        @OnMessage
        public void echo(String text, Session session) {
            Told told = new Told(life.sent);
            life.sent = told;
            boolean returned = false;
            try {
                session.getAsyncRemote().sendText(text, told);
                returned = true;
            } finally {
                told.threw = !returned;
            }
        }

        @OnClose
        public void close() {
            life.closed.incrementAndGet();
        }
    }

    /** Blocks until it is let go. */
    @ServerEndpoint("/blocks")
    public static class Blocks {
        private final Life life = new Life(Blocks.class);

        @OnOpen
        public void open(Session session) {
            life.opened(session);
        }

        @OnMessage
        public String block(String text) throws InterruptedException {
            LET_GO.acquire();
            return text;
        }

        @OnClose
        public void close() {
            life.closed.incrementAndGet();
        }
    }

    /** All callbacks that block go on, and the next ones do not block. */
    static void letGo() {
        LET_GO.release(MANY);
    }

    /** The next callbacks block. */
    static void block() {
        LET_GO.drainPermits();
    }

    /** What the endpoints were told so far, as names and numbers. */
    static synchronized String tally() {
        int open = 0;
        int closed = 0;
        int wrong = 0;
        int listed = 0;
        int sent = 0;
        int untold = 0;
        int toldTwice = 0;
        for (Life life = lives; life != null; life = life.before) {
            boolean isOpen = life.closed.get() == 0;
            open += isOpen ? 1 : 0;
            closed += isOpen ? 0 : 1;
            wrong += life.opened.get() != 1 || life.closed.get() > 1 ? 1 : 0;
            listed += isListed(life) ? 1 : 0;
            for (Told told = life.sent; told != null; told = told.before) {
                sent++;
                untold += told.times.get() == 0 && !told.threw ? 1 : 0;
                toldTwice += told.times.get() > 1 ? 1 : 0;
            }
        }
        return "open " + open + " closed " + closed + " wrong " + wrong + " listed " + listed + " sent " + sent
                + " untold " + untold + " toldTwice " + toldTwice;
    }

    /** Whether an open session of the same endpoint, be it itself, lists it. */
    private static boolean isListed(Life life) {
        for (Life other = lives; other != null; other = other.before) {
            Session asked = other.session;
            if (asked != null && other.endpoint == life.endpoint && other.closed.get() == 0) {
                try {
                    return asked.getOpenSessions().contains(life.session);
                } catch (IllegalStateException e) {
                    // closed meanwhile
                }
            }
        }
        return false;
    }

    /** The open sessions, and what the threads do, into the log. */
    static synchronized void log() {
        Thread.getAllStackTraces()
                .forEach(
                        (thread, stack) -> System.err.println(thread + " " + thread.getState() + " " + List.of(stack)));
        for (Life life = lives; life != null; life = life.before) {
            Session session = life.session;
            if (life.closed.get() == 0 && session != null) {
                System.err.println("open: " + session.getRequestURI());
            }
        }
    }
}
