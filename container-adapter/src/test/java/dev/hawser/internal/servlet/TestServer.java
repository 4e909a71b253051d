package dev.hawser.internal.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An embedded container with one application, mostly at the root, and Hawser on its class path, installed as
 * docs/containers.md says.
 */
interface TestServer extends AutoCloseable {
    /** The port of HTTP. */
    int port();

    /** The port of HTTPS. */
    int tlsPort();

    /** Takes the application out, as a redeployment would; the server goes on. */
    void undeploy() throws Exception;

    default RawClient connect(String path) throws IOException {
        return new RawClient(port(), path);
    }

    /** What the application is made of. */
    record Application(
            List<Class<?>> endpoints,
            Map<String, String> parameters,
            @Nullable Filter filter,
            @Nullable HttpServlet servlet,
            Surroundings surroundings,
            String contextPath) {
        static Application of(Class<?>... endpoints) {
            return new Application(List.of(endpoints), Map.of(), null, null, Surroundings.NONE, "/");
        }

        /** Instead of at the root. */
        Application at(String path) {
            return new Application(endpoints, parameters, filter, servlet, surroundings, path);
        }

        Application with(Map<String, String> contextParameters) {
            return new Application(endpoints, contextParameters, filter, servlet, surroundings, contextPath);
        }

        /** On all paths. */
        Application with(Filter first) {
            return new Application(endpoints, parameters, first, servlet, surroundings, contextPath);
        }

        /** On all paths. */
        Application with(HttpServlet last) {
            return new Application(endpoints, parameters, filter, last, surroundings, contextPath);
        }

        Application in(Surroundings other) {
            return new Application(endpoints, parameters, filter, servlet, other, contextPath);
        }
    }

    /** The containers, and how a test starts one. */
    enum Container {
        JETTY {
            @Override
            TestServer start(Application application) throws Exception {
                return new JettyTestServer(application, false);
            }
        },
        TOMCAT {
            @Override
            TestServer start(Application application) throws Exception {
                return new TomcatTestServer(application);
            }
        },
        UNDERTOW {
            @Override
            TestServer start(Application application) throws Exception {
                return new UndertowTestServer(application);
            }
        },
        /** Jetty, where every connection of a test is a stream of HTTP/2. */
        JETTY_HTTP2 {
            @Override
            TestServer start(Application application) throws Exception {
                return new JettyTestServer(application, true);
            }
        };

        abstract TestServer start(Application application) throws Exception;

        /** All with HTTP/1.1, or those that the build has class paths for in this run. */
        static Stream<Container> underTest() {
            return underTestWithHttp2().filter(container -> container != JETTY_HTTP2);
        }

        /** The same, and HTTP/2. */
        static Stream<Container> underTestWithHttp2() {
            String names = System.getProperty("hawser.test.containers");
            return names == null
                    ? Arrays.stream(values())
                    : Arrays.stream(names.split(",")).map(Container::valueOf);
        }
    }
}
