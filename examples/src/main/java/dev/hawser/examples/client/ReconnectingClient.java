package dev.hawser.examples.client;

import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.HandshakeFailedException;
import jakarta.websocket.CloseReason;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A command-line client that stays connected: each line of standard input is sent as a text message, and each text
 * message is printed.
 *
 * <pre>
 * java -cp hawser-websocket-VERSION-dropin.jar:examples/target/classes \
 *     dev.hawser.examples.client.ReconnectingClient ws://localhost:8080/echo
 * </pre>
 *
 * <p>If the server agrees to {@code hawser.topics.v1}, messages of topics come without their envelopes, and when the
 * client comes back it gets what it has missed ({@link Positions}).
 *
 * <p>When the connection is lost it reconnects, with {@link Backoff}, and not before {@code Retry-After}. It does not
 * reconnect after a close with 1000, which means that all is done. It also does not if the server refuses it: after a
 * close with 1008, or after a 4xx without {@code Retry-After}; nor if the server's certificate is wrong. The exit code
 * is that of the {@link Outcome}.
 *
 * <p>Any thread may call {@link #send} and {@link #leave}.
 */
public final class ReconnectingClient {
    /** A connection that lasted this long was stable: the next failure counts as the first. */
    private static final Duration STABLE = Duration.ofSeconds(10);

    private final URI server;
    private final Backoff backoff;
    private final Consumer<String> out;
    private final Positions positions = new Positions();
    private final CountDownLatch leaving = new CountDownLatch(1);

    /** The connection, while there is one. Guarded by this, and notified. */
    private @Nullable Session session;

    /** How the client ended. */
    public enum Outcome {
        /** One of the two sides has finished. */
        DONE(0),
        /** The server refuses this client. */
        REFUSED(1),
        /** Too many attempts in a row have failed. */
        GIVEN_UP(2);

        private final int exitCode;

        Outcome(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    /**
     * Nothing happens before {@link #run}.
     *
     * @param server a ws or wss URI
     * @param out gets the messages, and lines that begin with {@code --} about the connection
     */
    public ReconnectingClient(URI server, Backoff backoff, Consumer<String> out) {
        this.server = server;
        this.backoff = backoff;
        this.out = out;
    }

    /** Runs the client. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 1) {
            System.err.println("Expected one argument: where to connect to, as ws://localhost:8080/echo");
            System.exit(64);
        }
        Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), 10, RandomGenerator.getDefault());
        ReconnectingClient client =
                new ReconnectingClient(URI.create(arguments[0]), backoff, line -> System.out.println(line));
        Thread input = new Thread(client::sendStandardInput, "standard-input");
        input.setDaemon(true);
        input.start();
        System.exit(client.run().exitCode);
    }

    /** Connects, and reconnects as long as that makes sense. */
    public Outcome run() throws InterruptedException {
        while (true) {
            Duration asked = Duration.ZERO;
            try {
                Optional<Outcome> outcome = connectOnce();
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            } catch (HandshakeFailedException e) {
                say(e.getMessage());
                Optional<Duration> retryAfter = RetryAfter.in(e.headers(), Clock.systemUTC());
                if (e.status() / 100 == 4 && retryAfter.isEmpty()) {
                    return Outcome.REFUSED;
                }
                asked = retryAfter.orElse(Duration.ZERO);
            } catch (DeploymentException | IOException e) {
                say(e.getMessage());
                if (!mayPass(e)) {
                    return Outcome.REFUSED;
                }
            }
            Optional<Duration> pause = backoff.next(asked);
            if (pause.isEmpty()) {
                say("giving up");
                return Outcome.GIVEN_UP;
            }
            say("next attempt in " + pause.get().toMillis() + " ms");
            if (leaving.await(pause.get().toMillis(), TimeUnit.MILLISECONDS)) {
                return Outcome.DONE;
            }
        }
    }

    /**
     * Whether another attempt may succeed. A DeploymentException is a mistake in this program, and a wrong certificate
     * stays wrong.
     */
    private static boolean mayPass(Exception e) {
        return e instanceof IOException
                && !(e instanceof ConnectFailedException failed && failed.step() == ConnectFailedException.Step.TLS);
    }

    /** One connection, from beginning to end; empty if another one may follow. */
    private Optional<Outcome> connectOnce() throws DeploymentException, IOException, InterruptedException {
        Line line = new Line(out, positions);
        long start = System.nanoTime();
        Session opened = ContainerProvider.getWebSocketContainer().connectToServer(line, positions.continued(server));
        say("connected");
        present(opened);
        if (leaving.getCount() == 0) {
            opened.close();
        }
        CloseReason reason = line.awaitEnd();
        present(null);
        int code = reason.getCloseCode().getCode();
        String phrase = reason.getReasonPhrase();
        say("closed with " + code + (phrase == null || phrase.isEmpty() ? "" : " " + phrase));
        if (leaving.getCount() == 0 || code == CloseReason.CloseCodes.NORMAL_CLOSURE.getCode()) {
            return Optional.of(Outcome.DONE);
        }
        if (code == CloseReason.CloseCodes.VIOLATED_POLICY.getCode()) {
            return Optional.of(Outcome.REFUSED);
        }
        if (System.nanoTime() - start > STABLE.toNanos()) {
            backoff.reset();
        }
        return Optional.empty();
    }

    /**
     * Sends a text, and waits for a connection if there is none. A text is sent again if the connection breaks while it
     * is being sent.
     */
    public void send(String text) throws InterruptedException {
        while (true) {
            Session current = awaitSession();
            try {
                current.getBasicRemote().sendText(text);
                return;
            } catch (IOException | IllegalStateException e) {
                forget(current); // the session has ended; run() will connect again
            }
        }
    }

    /** Closes the connection and does not reconnect; {@link #run} returns. */
    public void leave() throws IOException {
        leaving.countDown();
        Session current;
        synchronized (this) {
            current = session;
        }
        if (current != null) {
            current.close();
        }
    }

    private synchronized void present(@Nullable Session changed) {
        session = changed;
        notifyAll();
    }

    private synchronized void forget(Session ended) {
        if (session == ended) {
            session = null;
        }
    }

    private synchronized Session awaitSession() throws InterruptedException {
        while (session == null) {
            wait();
        }
        return session;
    }

    private void say(@Nullable String what) {
        out.accept("-- " + what);
    }

    private void sendStandardInput() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                send(line);
            }
            leave();
        } catch (IOException e) {
            say("standard input cannot be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
