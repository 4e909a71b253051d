package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import dev.hawser.internal.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A container's streams may throw what is no IOException, such as an IllegalStateException: that breaks one connection,
 * and ends it.
 */
class ThrowingTransportTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();
    private final FakeTransport transport = new FakeTransport();
    private volatile String throwing = "";
    private volatile Throwable thrown = new IllegalStateException("the container says no");

    @Test
    void aReadThatThrowsEndsTheConnection() {
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session);
            throwing = "read";
            connection.transportListener().onReadable();
            awaitEnd(session);
            assertEquals(List.of("open", "error:the container says no", "close:1006 "), endpoint.calls);
        }
    }

    @Test
    void aDemandThatThrowsAfterAReadEndsTheConnection() {
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session);
            throwing = "demandRead";
            transport.arrive(SessionHarness.text("hello"));
            connection.transportListener().onReadable();
            awaitEnd(session);
            assertTrue(endpoint.calls.contains("text:hello"), endpoint.calls::toString);
        }
    }

    @Test
    void aDemandThatThrowsInATurnEndsTheConnectionAndTheTurn() {
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection connection = connect(session);
            byte[][] many = new byte[300][];
            for (int i = 0; i < many.length; i++) {
                many[i] = SessionHarness.text(i == 0 ? "block" : "m");
            }
            transport.arrive(many);
            SessionHarness.await("reading pauses", () -> {
                connection.transportListener().onReadable();
                return connection.dispatcher().receiver().isOverBounds(0);
            });
            connection.transportListener().onReadable(); // the demand is held back now
            throwing = "demandRead";
            endpoint.release.countDown();
            awaitEnd(session);
        }
    }

    @Test
    void aTurnInWhichADemandHasNoMemoryEndsNevertheless() {
        thrown = new OutOfMemoryError("of a test");
        aDemandThatThrowsInATurnEndsTheConnectionAndTheTurn();
    }

    private WebSocketConnection connect(SessionHarness session) {
        Transport over = (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(throwing)) {
                        throw thrown;
                    }
                    try {
                        return method.invoke(transport, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        WebSocketConnection made = session.connect(endpoint, session.runtime.settings(), over, ByteBuffer.allocate(0));
        SessionHarness.await("reading begins", transport::isDemanded);
        return made;
    }

    private void awaitEnd(SessionHarness session) {
        SessionHarness.await("onClose", endpoint::ended);
        SessionHarness.await(
                "nothing is left but the harness's own",
                () -> session.runtime.registry().size() == 1 && transport.isClosed());
    }
}
