package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.ConnectionCounts;
import dev.hawser.HawserContainer;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import dev.hawser.internal.session.RuntimeOwner;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The caps on sessions with real peers. */
class SessionCapsOnServersTest {
    private static final String CONTAINERS = "dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2";
    private static final String HTTP_1 = "dev.hawser.internal.servlet.TestServer$Container#underTest";

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    /** Answers an accepted handshake otherwise if the query says so, and knows the container. */
    private static final class Guard extends HttpFilter {
        private static final long serialVersionUID = 1;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
            String deed = String.valueOf(request.getQueryString());
            if (!deed.equals("null")) {
                forgetDeadlines();
            }
            if (deed.equals("refuse")) {
                response.sendError(503);
            } else if (deed.equals("throw")) {
                throw new NoClassDefFoundError("on purpose");
            }
        }

        /** So that only who answers the handshake otherwise can give its place back. */
        private void forgetDeadlines() {
            ScheduledExecutorService timer =
                    ((RuntimeOwner) container()).runtime().resources().timer();
            ((ScheduledThreadPoolExecutor) timer).getQueue().clear();
        }

        private HawserContainer container() {
            Object container = getServletContext().getAttribute(ServerContainer.class.getName());
            return (HawserContainer) Objects.requireNonNull(container);
        }

        ConnectionCounts counts() {
            return container().getConnectionCounts();
        }

        void awaitSessions(long count) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (counts().sessions() != count) {
                assertTrue(System.nanoTime() < deadline, () -> "not " + count + " sessions in time: " + counts());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    private static Application application(Guard guard, String cap, int most) {
        return Application.of(Echo.class)
                .with(Map.of("dev.hawser." + cap, "" + most))
                .with(guard);
    }

    @ParameterizedTest
    @MethodSource(CONTAINERS)
    void oneMoreThanTheCapIsAnswered503UntilOneHasGone(Container container) throws Exception {
        Guard guard = new Guard();
        try (TestServer server = container.start(application(guard, "maxSessions", 2));
                RawClient first = server.connect("/echo").upgraded();
                RawClient second = server.connect("/echo").upgraded()) {
            try (RawClient third = server.connect("/echo")) {
                assertEquals(503, third.status(), third.head());
                assertTrue(third.head().toLowerCase(Locale.ROOT).contains("retry-after: "), third.head());
            }
            second.assertEchoes("still served");
            first.sendFrame(0x88, new byte[0]);
            first.readCloseCode();
            guard.awaitSessions(1);
            try (RawClient next = server.connect("/echo").upgraded()) {
                next.assertEchoes("hello");
            }
            assertEquals(1, guard.counts().refusedBySessions());
        }
    }

    @ParameterizedTest
    @MethodSource(CONTAINERS)
    void oneMoreThanTheCapOfAnAddressIsAnswered429(Container container) throws Exception {
        Guard guard = new Guard();
        try (TestServer server = container.start(application(guard, "maxSessionsPerAddress", 1));
                RawClient first = server.connect("/echo").upgraded()) {
            try (RawClient second = server.connect("/echo")) {
                assertEquals(429, second.status(), second.head());
                assertTrue(second.head().toLowerCase(Locale.ROOT).contains("retry-after: "), second.head());
            }
            first.assertEchoes("still served");
            assertEquals(1, guard.counts().refusedByAddress());
        }
    }

    @ParameterizedTest
    @MethodSource(CONTAINERS)
    void aHandshakeThatSomethingLaterAnswersOtherwiseTakesNoPlace(Container container) throws Exception {
        Guard guard = new Guard();
        try (TestServer server = container.start(application(guard, "maxSessions", 1))) {
            for (String deed : new String[] {"refuse", "throw", "refuse"}) {
                try (RawClient refused = server.connect("/echo?" + deed)) {
                    assertTrue(refused.status() >= 500, refused.head());
                }
                guard.awaitSessions(0);
            }
            assertEquals(0, guard.counts().refusedBySessions());
            try (RawClient served = server.connect("/echo").upgraded()) {
                served.assertEchoes("hello");
            }
        }
    }

    @ParameterizedTest
    @MethodSource(HTTP_1)
    void peersThatVanishBehindTheirHandshakeTakeNoPlace(Container container) throws Exception {
        Guard guard = new Guard();
        try (TestServer server = container.start(application(guard, "maxSessions", 200))) {
            // Undertow makes a filter at its first request, and none of the hundred below may come to be one
            try (RawClient first = server.connect("/echo").upgraded()) {
                first.assertEchoes("hello");
            }
            for (int i = 0; i < 100; i++) {
                try (RawClient vanishing = new RawClient(server.port())) {
                    vanishing.send(RawClient.handshake("/echo"));
                    vanishing.reset();
                }
            }
            guard.awaitSessions(0);
            try (RawClient served = server.connect("/echo").upgraded()) {
                served.assertEchoes("hello");
            }
            guard.awaitSessions(0);
            assertEquals(0, guard.counts().refusedBySessions());
        }
    }
}
