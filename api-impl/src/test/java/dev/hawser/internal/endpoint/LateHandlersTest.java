package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.session.SessionHarness;
import jakarta.websocket.Encoder;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.PongMessage;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Handlers are made when a session first needs them, and what holds nothing of a session is shared. */
class LateHandlersTest {
    private static Object handlersOf(BoundEndpoint bound) throws ReflectiveOperationException {
        Field handlers = SessionEndpoint.class.getDeclaredField("handlers");
        handlers.setAccessible(true);
        return handlers.get(bound);
    }

    @Test
    void anOpenedSessionHasNoHandlersUntilAMessageComes() throws Throwable {
        Annotated endpoint = new Annotated();
        try (SessionHarness container = new SessionHarness(endpoint)) {
            BoundEndpoint bound = container.connection.listener().endpoint();
            assertNull(handlersOf(bound));
            container.read(SessionHarness.frame(Opcode.PONG, true, new byte[1]));
            assertNull(handlersOf(bound), "a pong that no handler takes");
            container.read(SessionHarness.text("hi"));
            SessionHarness.await("the message", () -> endpoint.received.equals(List.of("hi")));
            assertNotNull(handlersOf(bound));
        }
    }

    @Test
    void whatIsTakenIsKnownBeforeAndAfterHandlersAreMade() throws Throwable {
        BoundEndpoint bound = new OpenedEndpoint().open(new Annotated());
        assertTrue(bound.takes(MessageKind.TEXT));
        assertFalse(bound.takes(MessageKind.BINARY));
        assertFalse(bound.takes(MessageKind.PONG));
        assertNull(handlersOf(bound));
        MessageHandler.Whole<PongMessage> pongs = pong -> {};
        bound.addMessageHandler(PongMessage.class, pongs, true);
        assertTrue(bound.takes(MessageKind.TEXT));
        assertFalse(bound.takes(MessageKind.BINARY));
        assertTrue(bound.takes(MessageKind.PONG));
        bound.removeMessageHandler(pongs);
        assertFalse(bound.takes(MessageKind.PONG));
    }

    /** Sessions with so many decoders that making the handlers takes long enough for two threads to be in it. */
    private static List<BoundEndpoint> slowSessions(int count) throws Throwable {
        EndpointPlan plan = new OpenedEndpoint()
                .decodedBy(Collections.nCopies(2_000, InvocationTest.BuilderDecoder.class))
                .plan(Decoded.class);
        Component<?> endpoint = Component.of(new Decoded());
        List<BoundEndpoint> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sessions.add(plan.bind(
                    endpoint, Components.plain(), OpenedEndpoint.SESSION, OpenedEndpoint.CONFIG, Map.of(), true));
        }
        return sessions;
    }

    /** Both threads leave at nearly the same time, which they would not after waiting for a lock. */
    private static void meet(AtomicInteger arrivals, int expected) {
        arrivals.incrementAndGet();
        for (int i = 0; arrivals.get() < expected && !Thread.currentThread().isInterrupted(); i++) {
            if (i < 1_000) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(1_000); // the other thread may need this processor
            }
        }
    }

    @Test
    void threadsThatNeedTheFirstHandlersAtOnceGetTheSame() throws Throwable {
        MessageHandler.Whole<byte[]> added = bytes -> {};
        List<BoundEndpoint> sessions = slowSessions(500);
        List<MessageInvoker> texts = new ArrayList<>();
        AtomicInteger arrivals = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> asking = threads.submit(() -> {
                for (int i = 0; i < sessions.size(); i++) {
                    meet(arrivals, 2 * i + 2);
                    texts.add(sessions.get(i).text());
                }
            });
            Future<?> adding = threads.submit(() -> {
                for (int i = 0; i < sessions.size(); i++) {
                    meet(arrivals, 2 * i + 2);
                    sessions.get(i).addMessageHandler(byte[].class, added, true);
                }
            });
            asking.get(60, TimeUnit.SECONDS);
            adding.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        for (int i = 0; i < sessions.size(); i++) {
            assertSame(sessions.get(i).text(), texts.get(i));
            assertNotNull(sessions.get(i).binary(), "the added handler is lost");
        }
    }

    @Test
    void sessionsOfAnEndpointWithoutCodersShareTheirEmptyOnes() throws Throwable {
        EndpointPlan plain = new OpenedEndpoint().plan(Annotated.class);
        assertSame(plain.sessionEncoders(Components.plain()), plain.sessionEncoders(Components.plain()));
        assertSame(plain.sessionDecoders(Components.plain()), plain.sessionDecoders(Components.plain()));
        EndpointPlan coded = new OpenedEndpoint()
                .encodedBy(List.of(BuilderEncoder.class))
                .decodedBy(List.of(InvocationTest.BuilderDecoder.class))
                .plan(Annotated.class);
        assertNotSame(coded.sessionEncoders(Components.plain()), coded.sessionEncoders(Components.plain()));
        assertNotSame(coded.sessionDecoders(Components.plain()), coded.sessionDecoders(Components.plain()));
    }

    static class Annotated {
        final List<String> received = new CopyOnWriteArrayList<>();

        @OnMessage
        void message(String text) {
            received.add(text);
        }
    }

    static class Decoded {
        @OnMessage
        void message(StringBuilder text) {}
    }

    public static class BuilderEncoder implements Encoder.Text<StringBuilder> {
        @Override
        public String encode(StringBuilder builder) {
            return builder.toString();
        }
    }
}
