package dev.hawser.nats;

import dev.hawser.backplane.BackplaneException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The connection to NATS, which the client opens again when it breaks, and requests over it. One thread of the client
 * gets all messages, in the order in which the server sent them. Thread-safe.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "CollectionUndefinedEquality"
}) // each failure is handled; identity is meant
final class NatsLink implements ConnectionListener, ErrorListener {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.topic");
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final long REOPENED_AFTER = 2000;
    /** After this an own message that has not come back counts as dropped, in milliseconds. */
    private static final long LONGEST_ECHO = 10_000;

    private static final long LONGEST_CLOSE = 5000;

    /** What the connection serves. The methods are called by threads of the client, and must not wait. */
    interface Owner {
        /** The connection has answered. What is subscribed with {@link #listen(String)} must be subscribed again. */
        void connected();

        /** The connection broke, or messages were dropped on their way here. */
        void lost();

        void received(Message message);
    }

    /** A connection that has answered. */
    private record Open(Connection connection, Dispatcher dispatcher, String inbox) {}

    private final Options options;
    private final Owner owner;
    private final Timer timer = new Timer();
    private final AtomicLong tokens = new AtomicLong();
    private final Map<String, CompletableFuture<Message>> asked = new ConcurrentHashMap<>();
    /** What fails when the connection breaks. */
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Open open;
    /** Null until the connection has answered, and while it is broken. */
    private volatile @Nullable Open ready;
    /** The client's connection, also while it is broken. */
    private volatile @Nullable Connection latest;

    /** Guarded by this: how often the connection was lost, so that a late answer does not count. */
    private long losses;

    private volatile boolean closed;
    private volatile boolean warned;

    NatsLink(Options.Builder builder, Owner owner) {
        this.owner = owner;
        this.options = builder.maxReconnects(-1)
                .reconnectWait(PAUSE)
                .reconnectJitter(PAUSE)
                .reconnectBufferSize(0) // while the connection is broken messages fail
                .maxMessagesInOutgoingQueue(0) // BackplaneLink bounds what waits
                .connectionTimeout(SILENCE)
                .pingInterval(SILENCE)
                .maxPingsOut(2)
                .connectionListener(this)
                .errorListener(this)
                .build();
    }

    void connect() {
        try {
            Nats.connectAsynchronously(options, true);
        } catch (InterruptedException e) { // the client declares it, but does not wait
            Thread.currentThread().interrupt();
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the other method is a default one, which calls this
    public void connectionEvent(Connection of, Events event) {
        latest = of;
        if (closed) {
            if (event != Events.CLOSED) {
                end(of);
            }
            return;
        }
        switch (event) {
            case CONNECTED, RECONNECTED, RESUBSCRIBED -> answered(of);
            case DISCONNECTED -> lost();
            case CLOSED -> { // after a refused password, for example
                lost();
                open = null;
                timer.later(this::reopen, REOPENED_AFTER);
            }
            default -> {}
        }
    }

    private void reopen() {
        if (!closed) {
            connect();
        }
    }

    /** The connection counts as open when the server has sent back a message of its own. */
    private void answered(Connection of) {
        Open present = open;
        if (present == null || present.connection != of) {
            String inbox = of.createInbox();
            Dispatcher dispatcher = of.createDispatcher(owner::received);
            dispatcher.subscribe(inbox + ".*", this::reply);
            present = new Open(of, dispatcher, inbox);
            open = present;
        }
        Open begun = present;
        long before;
        synchronized (this) {
            before = losses;
        }
        timer.within(SILENCE.toMillis(), ask(begun, begun.inbox + ".", null, new byte[0]))
                .whenComplete((message, failure) -> {
                    if (failure == null) {
                        ready(begun, before);
                    } else if (failure instanceof TimeoutException && !closed && begun.equals(open)) {
                        answered(of); // the message was dropped on its way back
                    }
                });
    }

    private synchronized void ready(Open begun, long before) {
        if (ready == null && !closed && losses == before) {
            ready = begun;
            warned = false;
            owner.connected();
        }
    }

    private void lost() {
        synchronized (this) {
            losses++;
            ready = null;
            owner.lost();
        }
        failPending();
    }

    private void failPending() {
        BackplaneException broken =
                new BackplaneException("the connection to NATS broke before it answered", null, true);
        for (CompletableFuture<?> each : pending) {
            each.completeExceptionally(broken);
        }
    }

    /**
     * After messages were dropped nobody knows which ones, so the connection counts as lost until an own message has
     * come back. It comes behind all that wait here, so what is read then is not dropped for the same reason.
     */
    private void startOver(Connection of) {
        Open present = open;
        if (!closed && present != null && present.connection == of) {
            lost();
            answered(of);
        }
    }

    boolean isThere() {
        return ready != null;
    }

    private Open present() throws BackplaneException {
        Open to = ready;
        if (to == null) {
            throw new BackplaneException("NATS is not connected", null, false);
        }
        return to;
    }

    /** The largest message that the server takes, in bytes. */
    long largest() throws BackplaneException {
        return present().connection.getMaxPayload();
    }

    void publish(String subject, @Nullable String reply, byte[] body) throws BackplaneException {
        try {
            present().connection.publish(subject, reply, body);
        } catch (RuntimeException e) {
            throw new BackplaneException("the message could not be sent to NATS", e, false);
        }
    }

    /** Sends a request. The result fails when the connection breaks: then the server may have it, or not. */
    CompletableFuture<Message> ask(String subject, @Nullable Headers headers, byte[] body) {
        try {
            return ask(present(), subject, headers, body);
        } catch (BackplaneException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Complete when the server has all that was sent before. Otherwise the connection counts as lost. */
    CompletableFuture<Message> echo() {
        try {
            Open to = present();
            CompletableFuture<Message> back = timer.within(LONGEST_ECHO, ask(to, to.inbox + ".", null, new byte[0]));
            back.whenComplete((message, failure) -> {
                if (failure instanceof TimeoutException) {
                    startOver(to.connection);
                }
            });
            return back;
        } catch (BackplaneException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** @param subject if it ends with a point, the token of the request is added, so that it comes back */
    private CompletableFuture<Message> ask(Open to, String subject, @Nullable Headers headers, byte[] body) {
        String token = Long.toString(tokens.incrementAndGet(), 36);
        CompletableFuture<Message> answer = new CompletableFuture<>();
        asked.put(token, answer);
        answer.whenComplete((message, failure) -> asked.remove(token));
        fails(answer);
        try {
            boolean back = subject.endsWith(".");
            to.connection.publish(
                    back ? subject + token : subject, back ? null : to.inbox + "." + token, headers, body);
            if (!to.equals(open) || to.connection.getStatus() != Connection.Status.CONNECTED) {
                // it may have broken before the answer was expected, so that nobody would tell
                answer.completeExceptionally(
                        new BackplaneException("the connection to NATS broke before it answered", null, true));
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(new BackplaneException("the message could not be sent to NATS", e, false));
        }
        return answer;
    }

    private void reply(Message message) {
        String subject = message.getSubject();
        CompletableFuture<Message> answer = asked.get(subject.substring(subject.lastIndexOf('.') + 1));
        if (answer != null) {
            answer.complete(message);
        }
    }

    /** Lets a result fail when the connection breaks. */
    void fails(CompletableFuture<?> with) {
        pending.add(with);
        with.whenComplete((done, failure) -> pending.remove(with));
    }

    /** Passes messages of a subject to the owner, until the connection is {@link Owner#lost}. */
    void listen(String subject) {
        Open to = ready;
        if (to != null) {
            quietly(() -> to.dispatcher.subscribe(subject));
        }
    }

    void unlisten(String subject) {
        Open from = open; // also while the connection is broken: the client would subscribe again
        if (from != null) {
            quietly(() -> from.dispatcher.unsubscribe(subject));
        }
    }

    /** A new subject, on which a handler gets messages until the returned action is run. */
    Runnable listen(String subject, MessageHandler handler) throws BackplaneException {
        Open to = present();
        try {
            Subscription begun = to.dispatcher.subscribe(subject, handler);
            return () -> quietly(() -> to.dispatcher.unsubscribe(begun));
        } catch (RuntimeException e) {
            throw new BackplaneException("NATS is not connected", e, false);
        }
    }

    String newInbox() throws BackplaneException {
        return present().connection.createInbox();
    }

    /** The client throws if the connection has ended meanwhile; a new one begins with new subscriptions. */
    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (IllegalStateException e) {
            LOGGER.log(System.Logger.Level.TRACE, "the connection to NATS has ended", e);
        }
    }

    @Override
    public void exceptionOccurred(Connection of, Exception exception) {
        if (ready == null && !warned && !closed) {
            warned = true;
            LOGGER.log(System.Logger.Level.WARNING, "topics cannot connect to NATS, and try again: " + exception);
        } else {
            LOGGER.log(System.Logger.Level.DEBUG, "an exception in the client of NATS", exception);
        }
    }

    @Override
    public void errorOccurred(Connection of, String error) {
        LOGGER.log(System.Logger.Level.WARNING, "topics over NATS: the server says " + error);
    }

    @Override
    public void slowConsumerDetected(Connection of, Consumer consumer) {
        startOver(of);
    }

    /** What is done later, until the link is closed. */
    Timer timer() {
        return timer;
    }

    /** Ends the connection, and waits a short time for its threads. */
    void close() {
        closed = true;
        ready = null;
        timer.close();
        failPending();
        Connection last = latest;
        if (last != null) {
            end(last);
        }
    }

    private static void end(Connection last) {
        Thread ending = new Thread(
                () -> {
                    try {
                        last.close();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "hawser-nats-close");
        ending.setDaemon(true);
        ending.start();
        try {
            ending.join(LONGEST_CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
