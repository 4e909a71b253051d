package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that the application sends on to an endpoint's path, and endpoints at the edge of their application. */
class DispatchedRequestTest {
    @ServerEndpoint("/echo/{name}")
    public static class Echo {
        @OnMessage
        public String echo(String text, @PathParam("name") String name) {
            return name + ": " + text;
        }
    }

    @ServerEndpoint("/")
    public static class Root {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    /**
     * Sends requests for /forward and /async on to an endpoint; answers 404 to others, and so to the path of no
     * endpoint.
     */
    private static final class Front extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            String target = request.getParameter("to");
            switch (request.getRequestURI()) {
                case "/forward" -> request.getRequestDispatcher(target).forward(request, response);
                case "/async" -> request.startAsync().dispatch(target);
                default -> response.sendError(404);
            }
        }
    }

    private static Application application() {
        return Application.of(Echo.class).with(new Front());
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
    void aRequestThatIsForwardedReachesTheEndpoint(Container container) throws Exception {
        try (TestServer server = container.start(application());
                RawClient client = server.connect("/forward?to=/echo/ada%2520b");
                RawClient other = server.connect("/forward?to=/other")) {
            client.upgraded().sendText("hello");
            assertEquals("ada b: hello", client.readFrame().text());
            assertEquals(404, other.status());
        }
    }

    /**
     * Tomcat switches no request that has been asynchronous: it is not asked to, and the request goes on to the
     * application.
     */
    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aRequestThatIsDispatchedAsynchronouslyReachesTheEndpoint(Container container) throws Exception {
        try (TestServer server = container.start(application());
                RawClient client = server.connect("/async?to=/echo/ada")) {
            if (container == Container.TOMCAT) {
                assertEquals(404, client.status());
            } else {
                client.upgraded().sendText("hello");
                assertEquals("ada: hello", client.readFrame().text());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
    void anEndpointAtTheRootOfAContextAnswersThere(Container container) throws Exception {
        try (TestServer server = container.start(Application.of(Root.class).at("/x"));
                RawClient slash = server.connect("/x/");
                RawClient bare = server.connect("/x")) {
            slash.upgraded().assertEchoes("hello");
            if (container == Container.UNDERTOW) {
                bare.upgraded().assertEchoes("hello");
            } else {
                assertEquals(3, bare.status() / 100, bare.head()); // the container sends it to /x/ before filters
            }
        }
    }
}
