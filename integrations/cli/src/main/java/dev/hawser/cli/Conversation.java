package dev.hawser.cli;

import dev.hawser.HawserSession;
import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.HandshakeFailedException;
import dev.hawser.client.HawserClient;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Connects, writes what comes to the terminal, and sends what it is given. With a {@link Backoff} it comes back when
 * the connection is lost, not before {@code Retry-After}, and gets what it has missed of its topics ({@link Positions})
 * if the server agrees to {@code hawser.topics.v1}.
 *
 * <p>It does not come back after a close with 1000, which means that all is done; nor if the server refuses it: after a
 * close with 1008, or after a 4xx without {@code Retry-After}; nor if the server's certificate is wrong.
 *
 * <p>Any thread may call {@link #send} and {@link #leave}.
 */
final class Conversation implements Line.Receiver {
    /** A connection that lasted this long was stable: the next failure counts as the first. */
    private static final Duration STABLE = Duration.ofSeconds(10);

    /** How long Ctrl-C waits for the peer's close frame. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final HawserClient client;
    private final ClientEndpointConfig config;
    private final URI server;
    private final @Nullable Backoff backoff;
    private final boolean binary;
    private final Terminal terminal;
    private final Positions positions = new Positions();
    private final CountDownLatch leaving = new CountDownLatch(1);
    /** How many messages are wanted still. */
    private final AtomicInteger wanted;
    /** Whether something that came over this connection could not be taken, such as a message that is too large. */
    private volatile boolean failed;

    /** The connection, while there is one. Guarded by this, and notified. */
    private @Nullable Session session;
    /** Whether {@link #run} has returned. Guarded by this. */
    private boolean ended;

    /**
     * Nothing happens before {@link #run}.
     *
     * @param backoff null to connect once
     * @param binary whether messages are bytes, and are written as they come
     * @param count how many messages to receive before leaving; 0 for any number
     */
    Conversation(
            HawserClient client,
            ClientEndpointConfig config,
            URI server,
            @Nullable Backoff backoff,
            boolean binary,
            int count,
            Terminal terminal) {
        this.client = client;
        this.config = config;
        this.server = server;
        this.backoff = backoff;
        this.binary = binary;
        this.wanted = new AtomicInteger(count == 0 ? Integer.MAX_VALUE : count);
        this.terminal = terminal;
    }

    /** Connects, and reconnects as long as that makes sense. Returns the exit code. */
    int run() throws InterruptedException {
        try {
            return converse();
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    private int converse() throws InterruptedException {
        while (true) {
            Duration asked = Duration.ZERO;
            int failure = ExitCode.NOT_CONNECTED;
            try {
                OptionalInt done = connectOnce();
                if (done.isPresent()) {
                    return done.getAsInt();
                }
                failure = ExitCode.BROKEN;
            } catch (HandshakeFailedException e) {
                terminal.problem(e.getMessage());
                Duration retryAfter =
                        RetryAfter.in(e.headers(), Clock.systemUTC()).orElse(null);
                if (backoff == null || e.status() / 100 == 4 && retryAfter == null) {
                    return failure;
                }
                asked = retryAfter == null ? Duration.ZERO : retryAfter;
            } catch (DeploymentException e) { // a mistake in what was asked for
                terminal.problem(e.getMessage());
                return ExitCode.USAGE;
            } catch (IOException e) {
                terminal.problem(e.getMessage());
                if (e instanceof ConnectFailedException failed && failed.step() == ConnectFailedException.Step.TLS) {
                    return failure; // a wrong certificate stays wrong
                }
            }
            Duration pause = backoff == null ? null : backoff.next(asked).orElse(null);
            if (pause == null) {
                return failure;
            }
            terminal.note("next attempt in " + pause.toMillis() + " ms");
            if (leaving.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                return ExitCode.DONE;
            }
        }
    }

    /** One connection, from beginning to end; empty if another one may follow. */
    private OptionalInt connectOnce() throws DeploymentException, IOException, InterruptedException {
        Line line = new Line(this);
        failed = false;
        long start = System.nanoTime();
        Session opened = client.connectToServer(line, config, positions.continued(server));
        terminal.note(connected(opened, System.nanoTime() - start));
        present(opened);
        if (leaving.getCount() == 0) {
            opened.close();
        }
        CloseReason reason = line.awaitEnd();
        present(null);
        terminal.note(Line.words(reason) + " (" + ((HawserSession) opened).getCloseCause() + ")");
        int code = reason.getCloseCode().getCode();
        int exitCode = failed ? ExitCode.BROKEN : Line.exitCode(reason);
        if (backoff == null
                || leaving.getCount() == 0
                || Line.exitCode(reason) == ExitCode.DONE
                || code == CloseReason.CloseCodes.VIOLATED_POLICY.getCode()) {
            return OptionalInt.of(exitCode);
        }
        if (System.nanoTime() - start > STABLE.toNanos()) {
            backoff.reset();
        }
        return OptionalInt.empty();
    }

    private String connected(Session opened, long nanos) {
        String subprotocol = opened.getNegotiatedSubprotocol();
        String extensions = opened.getNegotiatedExtensions().stream()
                .map(extension -> extension.getName())
                .collect(Collectors.joining(", "));
        return "connected to " + ConnectOptions.shown(server) + " in " + Terminal.duration(nanos)
                + (subprotocol == null || subprotocol.isEmpty() ? "" : ", subprotocol " + subprotocol)
                + (extensions.isEmpty() ? "" : ", " + extensions);
    }

    /** Something to be sent. */
    interface Message {
        void sendTo(Session session) throws IOException;
    }

    static Message text(String text) {
        return session -> session.getBasicRemote().sendText(text);
    }

    static Message binary(ByteBuffer content) {
        return session -> session.getBasicRemote().sendBinary(content.duplicate());
    }

    /**
     * Sends a message, and waits for a connection if there is none. It is sent again if the connection breaks while it
     * is being sent. Returns false if there will be no connection any more.
     */
    boolean send(Message message) throws InterruptedException {
        for (Session current = awaitSession(); current != null; current = awaitSession()) {
            try {
                message.sendTo(current);
                return true;
            } catch (IOException | IllegalStateException e) {
                forget(current); // the session has ended; run() may connect again
            }
        }
        return false;
    }

    /** Closes the connection and does not reconnect; {@link #run} returns. */
    void leave() {
        leaving.countDown();
        Session current;
        synchronized (this) {
            current = session;
        }
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                terminal.note(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Leaves, and waits a while for the closing handshake: for Ctrl-C, after which nothing waits. */
    void leaveAndWait() {
        leave();
        long end = System.nanoTime() + PATIENCE.toNanos();
        synchronized (this) {
            try {
                for (long left = PATIENCE.toMillis();
                        !ended && left > 0;
                        left = (end - System.nanoTime()) / 1_000_000) {
                    wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void present(@Nullable Session changed) {
        session = changed;
        notifyAll();
    }

    private synchronized void forget(Session broken) {
        if (session == broken) {
            session = null;
        }
    }

    private synchronized @Nullable Session awaitSession() throws InterruptedException {
        while (session == null && !ended) {
            wait();
        }
        return session;
    }

    @Override
    public void text(Session from, String data) {
        Positions.Message message = Positions.SUBPROTOCOL.equals(from.getNegotiatedSubprotocol())
                ? positions.read(data)
                : new Positions.Message(null, null, data);
        String kind = message.kind();
        if (kind == null || kind.equals("text")) {
            received(
                    binary
                            ? terminal.bytes(StandardCharsets.UTF_8.encode(message.text()))
                            : terminal.line(message.text()));
        } else {
            terminal.note(message.topic() + ": " + kind + " " + message.text());
        }
    }

    @Override
    public void binary(Session from, ByteBuffer message) {
        if (binary) {
            received(terminal.bytes(message));
        } else {
            terminal.note("a binary message of " + message.remaining() + " bytes (--binary writes it)");
            received(true);
        }
    }

    private void received(boolean read) {
        if (wanted.decrementAndGet() == 0 || !read) {
            leave();
        }
    }

    @Override
    public void failed(Throwable error) {
        failed = true;
        terminal.note(String.valueOf(error.getMessage()));
    }
}
