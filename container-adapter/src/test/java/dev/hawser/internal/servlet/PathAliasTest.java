package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.Surroundings.Mapped;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Other spellings of an endpoint's path, as the bytes of a request line. Containers differ in which of them they take
 * for the path, and that is their business; but none leads to an endpoint past the constraint or the filter that is on
 * its path.
 *
 * <p>Three endpoints stand side by side: one is open to all, one is behind a constraint, one is behind a filter. The
 * open one shows which spellings a container takes for the path at all. Just those must be asked for a user at the
 * second, and be seen by the filter of the third.
 */
class PathAliasTest {
    /**
     * The forms, where {@code ^} stands for the name of the endpoint and {@code ~} for the name with its first letter
     * percent-encoded.
     */
    private static final List<String> FORMS = List.of(
            // the path itself, and what belongs to no path
            "/^",
            "/^?x=/^",
            "http://localhost/^",
            "/^#",
            "/^?",
            // encoded letters, once and twice, and the same letter otherwise
            "/~",
            "/%25~",
            "/^%00",
            "/^%20",
            "/^%09",
            "/^%0a",
            "/^%0d%0a",
            "/^.",
            "/^%2e",
            "/^,x",
            "/^:x",
            "/^~",
            // slashes: more of them, at the end, encoded, backward, and in two bytes
            "/^/",
            "//^",
            "///^",
            "/^//",
            "//localhost/^",
            "http://localhost//^",
            "/%2f^",
            "%2f^",
            "/%2F^",
            "/^%2f",
            "/%252f^",
            "/\\^",
            "\\^",
            "/^\\",
            "/%5c^",
            "/^%5C",
            "/%c0%af^",
            "/^%c0%af",
            "/%ef%bc%8f^",
            "/%u002f^",
            // dot segments, plain, encoded, with parameters
            "/./^",
            "/^/.",
            "/^/./",
            "/^/..",
            "/x/../^",
            "/../^",
            "/../../^",
            "/^/x/..",
            "/^/../^",
            "/x/..//^",
            "/%2e/^",
            "/^/%2e",
            "/^/%2e%2e/^",
            "/x/%2e%2e/^",
            "/x/.%2e/^",
            "/x/%2E./^",
            "/x/%252e%252e/^",
            "/x/..%2f^",
            "/x%2f..%2f^",
            "/x%2f../^",
            "/x\\..\\^",
            "/x%5c..%5c^",
            "/x/..\\^",
            "/.;/^",
            "/;/^",
            "/x/..;/^",
            "/x/..;a=b/^",
            "/x/%2e%2e;/^",
            "/x/..%3b/^",
            "/;/../^",
            "/;%2f..%2f^",
            "/%2e%2e%2f^",
            "/.../^",
            // path parameters
            "/^;",
            "/^;x",
            "/^;x=y",
            "/^;jsessionid=1",
            "/^;x/",
            "/^;/",
            "/^/;x",
            "/^;x;y=/z",
            "/;x/^",
            "/;x=^",
            "/^%3bx",
            "/^%3Bjsessionid=1",
            "/^;%2f",
            "/^;/../^",
            "/^;/..;/^",
            // what URL patterns mean something in
            "/^/*",
            "/^*",
            "/*",
            "*",
            "^",
            "/^.html",
            "/^%23",
            "/^%3f",
            "/^%3fx",
            "/^{x}",
            "/^|",
            "/^\"",
            "/^%",
            "/^%2",
            "/^%zz",
            "/^\u00e4",
            "/^%e4");

    /** The same for endpoints with a variable, under a pattern that ends with {@code /*}. */
    private static final List<String> ROOM_FORMS = List.of(
            "/in/^/1",
            "/in/^/%31",
            "/in/~/1",
            "/%69n/^/1",
            "/in/^",
            "/in/^/",
            "/in/^//",
            "/in/^//1",
            "/in//^/1",
            "//in/^/1",
            "/in/^/1/",
            "/in;x/^/1",
            "/in/^;x/1",
            "/in/^/1;x",
            "/in/^/;x",
            "/in/^/;x/1",
            "/in;/^;/1;",
            "/in/^/./1",
            "/in/^/..",
            "/in/^/../^/1",
            "/in/^/.;/1",
            "/in/^/..;/1",
            "/in/^/x/../1",
            "/in/^/x/..;/1",
            "/in/^/%2e/1",
            "/in/^/%2e",
            "/in/^/%2e%2e",
            "/in/^/x/%2e%2e/1",
            "/in/x/../^/1",
            "/in/x/..;/^/1",
            "/in/x%2f../^/1",
            "/in%2f^/1",
            "/in%2F^/1",
            "/in/^%2f1",
            "/in/^%2F1",
            "/in%2F^%2F1",
            "/in/^/%2f1",
            "/in/^/1%2f2",
            "/in/^/1%2f..",
            "/in/^/%2e%2e%2f1",
            "/in/^%5c1",
            "/in%5c^/1",
            "/in/^\\1",
            "/in\\^/1",
            "/in/^/%5c",
            "/in/^/*",
            "/in/^/%2a",
            "/in/^/%3b",
            "/in/^/;",
            "/in/^/%25",
            "/in/^/%252f",
            "/in/^%252f1",
            "/in/^/%00",
            "/in/^/%20",
            "/in/^/%c3%a4",
            "/in/^/%e4",
            "/in/^/{room}",
            "/in/^/%7broom%7d");

    /** And for names with an ending that is encoded in a request. */
    private static final List<String> ENCODED_FORMS = List.of(
            "/^%25",
            "/^%2525",
            "/^%",
            "/^%25;x",
            "/x/../^%25",
            "/^%25/",
            "/^%2f%25",
            "/%2f/^%25",
            "/^%25%2f",
            "/~%25",
            "/^%20x",
            "/^%20%78",
            "/~%20x;y",
            "/^+x",
            "/^%3bx",
            "/^%3Bx",
            "/^;x%3bx",
            "/^%7cx",
            "/^%7Cx",
            "/^|x",
            "/^%c3%a4",
            "/^%C3%A4",
            "/^\u00c3\u00a4",
            "/^a%cc%88",
            "/^,x",
            "/^%2cx",
            "/^%2Cx",
            "/^x@:$&'()+=!~-",
            "/^x%40:$&'()+=!~-",
            "/^x@%3A%24%26%27%28%29%2B%3D%21%7E%2D");

    private static final List<String> NAMES = List.of("free", "safe", "seen");

    /** What each of the three names may end with, as a path is written and as patterns of a web.xml are. */
    private static final Map<String, String> ENDINGS = Map.of(
            "",
            "",
            "%25",
            "%",
            "%20x",
            " x",
            "%3bx",
            ";x",
            "%7cx",
            "|x",
            "%c3%a4",
            "\u00e4",
            "%2cx",
            ",x",
            "x@:$&'()+=!~-",
            "x@:$&'()+=!~-");

    /** Every endpoint of the test. */
    public static class Endpoints implements ServerApplicationConfig {
        @Override
        public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> scanned) {
            Set<ServerEndpointConfig> configs = new HashSet<>();
            for (String name : NAMES) {
                for (String ending : ENDINGS.keySet()) {
                    configs.add(ServerEndpointConfig.Builder.create(Silent.class, "/" + name + ending)
                            .build());
                }
                configs.add(ServerEndpointConfig.Builder.create(Silent.class, "/in/" + name + "/{room}")
                        .build());
            }
            return configs;
        }

        @Override
        public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> scanned) {
            return Set.of();
        }
    }

    public static class Silent extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {}
    }

    static Stream<Arguments> containers() {
        return Container.underTestWithHttp2()
                .flatMap(container -> Stream.of(Arguments.of(container, false), Arguments.of(container, true)));
    }

    @ParameterizedTest(name = "{0}, told to accept everything: {1}")
    @MethodSource("containers")
    void noSpellingOfAPathLeadsPastItsConstraintOrFilter(Container container, boolean lenient) throws Exception {
        Application application =
                Application.of(Endpoints.class).in(lenient ? surroundings().madeLenient() : surroundings());
        Set<String> taken = new TreeSet<>();
        List<String> faults = new ArrayList<>();
        try (TestServer server = container.start(application)) {
            for (String form : Stream.of(FORMS, ROOM_FORMS, ENCODED_FORMS)
                    .flatMap(List::stream)
                    .toList()) {
                check(server, form, taken, faults);
            }
        }
        assertEquals(List.of(), faults);
        assertTrue(taken.contains("/^"), taken.toString());
    }

    /** As web frameworks do that tidy paths up for those behind them. */
    @ParameterizedTest
    @MethodSource("containersAsTheyAre")
    void aPathThatAFilterWrapsAroundTheRequestIsNotTheOneOfTheConstraints(Container container) throws Exception {
        HttpFilter tidying = new HttpFilter() {
            @Override
            protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws IOException, ServletException {
                chain.doFilter(
                        new HttpServletRequestWrapper(request) {
                            @Override
                            public String getServletPath() {
                                return "/safe";
                            }

                            @Override
                            public String getPathInfo() {
                                return null;
                            }
                        },
                        response);
            }
        };
        Application application = Application.of(Endpoints.class).with(tidying).in(Surroundings.guarding("/safe"));
        try (TestServer server = container.start(application)) {
            assertEquals(101, status(server, "/free"));
            assertEquals(401, status(server, "/safe"));
            assertNotEquals(101, status(server, "/safe/"));
        }
    }

    static Stream<Container> containersAsTheyAre() {
        return Container.underTestWithHttp2();
    }

    private static Surroundings surroundings() {
        List<String> guarded = new ArrayList<>(List.of("/in/safe/*"));
        List<Mapped> filters =
                new ArrayList<>(List.of(new Mapped(new UserAndRolesTest.Guard(), "/in/seen/*", Set.of())));
        for (String ending : ENDINGS.values()) {
            guarded.add("/safe" + ending);
            filters.add(new Mapped(new UserAndRolesTest.Guard(), "/seen" + ending, Set.of()));
        }
        return Surroundings.guarding(guarded.toArray(String[]::new)).with(filters.toArray(Mapped[]::new));
    }

    private static void check(TestServer server, String form, Set<String> taken, List<String> faults)
            throws IOException {
        boolean isPath = status(server, target(form, "free")) == 101;
        if (isPath) {
            taken.add(form);
        }
        String guarded = target(form, "safe");
        int anonymous = status(server, guarded);
        int sailor = status(server, guarded, Surroundings.as("ada"));
        int cook = status(server, guarded, Surroundings.as("bob"));
        if (anonymous == 101
                || cook == 101
                || isPath && (anonymous != 401 || cook != 403)
                || isPath != (sailor == 101)) {
            faults.add(guarded + " is " + anonymous + " for nobody, " + cook + " for the cook, " + sailor
                    + " for a sailor; the open endpoint " + (isPath ? "answers" : "does not answer"));
        }
        String filtered = target(form, "seen");
        int refused = status(server, filtered);
        int query = filtered.indexOf('?') < 0 && filtered.indexOf('#') < 0 ? status(server, filtered + "?x") : 0;
        if (form.indexOf('?') < 0
                && (refused == 101 || isPath && refused != 401 || query != 0 && isPath != (query == 101))) {
            faults.add(filtered + " is " + refused + ", with a query " + query + "; the open endpoint "
                    + (isPath ? "answers" : "does not answer"));
        }
    }

    private static String target(String form, String name) {
        return form.replace("^", name).replace("~", "%" + Integer.toHexString(name.charAt(0)) + name.substring(1));
    }

    /** The status of the response; 0 if the connection ends without one. */
    private static int status(TestServer server, String target, String... lines) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            client.send(RawClient.handshake(target, lines));
            client.readHead();
            return client.status();
        } catch (EOFException | SocketException e) {
            return 0;
        }
    }
}
