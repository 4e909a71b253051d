package dev.hawser.test;

import dev.hawser.HawserSession;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call of {@code connectToServer} that runs on a thread of its own, so that the test can play the server meanwhile.
 *
 * <pre>{@code
 * TestConnect connect = tester.connect(Prices.class, "ws://prices.example/eur");
 * connect.expectHandshake().refuse(403);
 * assertEquals(403, connect.expectFailure(HandshakeFailedException.class).status());
 * }</pre>
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class TestConnect {
    private final Duration deadline;
    private final Arrivals arrivals = new Arrivals();
    private final CompletableFuture<Session> result = new CompletableFuture<>();

    TestConnect(Duration deadline) {
        this.deadline = deadline;
    }

    /** One of the methods of the Jakarta API. */
    interface Call {
        Session connect() throws DeploymentException, IOException;
    }

    /** Makes the call on a thread of this name. */
    void begin(MemoryClient network, Call call) {
        Thread thread = new Thread(() -> network.connecting(arrivals, () -> run(call)), network.name() + "-connect");
        thread.setDaemon(true);
        thread.start(); // with the context class loader of the test
    }

    private void run(Call call) {
        Throwable failure = null;
        try {
            result.complete(call.connect());
        } catch (Throwable e) { // the test is told whatever it is
            failure = e;
            result.completeExceptionally(e);
        } finally {
            arrivals.end(failure);
        }
    }

    /**
     * Expects a handshake of this connect: the first, or another one after a redirect or a challenge.
     *
     * @throws AssertionError if none comes within the deadline, or if {@code connectToServer} ends without one
     */
    public ReceivedHandshake expectHandshake() {
        return arrivals.take(deadline);
    }

    /**
     * Expects that {@code connectToServer} returns, and gives what it returned.
     *
     * @throws AssertionError if it does not within the deadline, or if it throws
     */
    public HawserSession expectSession() {
        String expected = "Expected that connectToServer returns, but it ";
        try {
            return (HawserSession) result.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(expected + "threw " + e.getCause(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw lateOrInterrupted(expected, e);
        }
    }

    /**
     * Expects that {@code connectToServer} throws, and gives what it threw.
     *
     * @throws AssertionError if it does not within the deadline, or if that is something else
     */
    public <T extends Throwable> T expectFailure(Class<T> type) {
        String expected = "Expected that connectToServer throws " + type.getName() + ", but it ";
        try {
            result.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
            throw new AssertionError(expected + "threw " + cause, cause);
        } catch (InterruptedException | TimeoutException e) {
            throw lateOrInterrupted(expected, e);
        }
        throw new AssertionError(expected + "returned a session");
    }

    private AssertionError lateOrInterrupted(String expected, Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new AssertionError(expected + "did not yet: " + Expectations.INTERRUPTED, e);
        }
        return new AssertionError(expected + "did not end within " + Expectations.words(deadline), e);
    }
}
