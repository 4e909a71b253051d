package dev.hawser.injection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.injection.InjectionServer.Kind;
import dev.hawser.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Topics and the ServerContainer are injected by CDI, without a line of configuration. */
class CdiTopicsTest {
    /** Not in a callback, and as soon as the application starts. */
    @ApplicationScoped
    public static class Desk {
        private final Topics topics;
        private boolean early;

        @Inject
        public Desk(Topics topics) {
            this.topics = topics;
        }

        /** For the proxies of CDI. */
        public Desk() {
            topics = null;
        }

        public void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
            early = topics.subscribers("news") == 0;
        }

        public String publish(String text) {
            topics.publish("news", text);
            return topics.subscribers("news") + " " + early;
        }
    }

    @ServerEndpoint("/news")
    public static class News {
        @Inject
        Topics topics;

        @Inject
        ServerContainer container;

        @OnOpen
        public void open(Session session) {
            topics.subscribe(session, "news");
        }

        @OnMessage
        public String message(String text, Session session) {
            return Topics.of(session).subscribers("news") + " " + topics.subscribers("news") + " "
                    + (container.getDefaultMaxTextMessageBufferSize()
                            == session.getContainer().getDefaultMaxTextMessageBufferSize());
        }
    }

    /** Nothing injects into it in these embedded servers. */
    public static class DeskServlet extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Desk desk = CDI.current().select(Desk.class).get();
            response.getWriter().print(desk.publish(request.getParameter("text")));
        }
    }

    private static ServletContainerInitializer cdi() {
        return (classes, context) -> {
            Cdi.addTo(context);
            context.addServlet("desk", DeskServlet.class).addMapping("/desk");
        };
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void topicsAndTheServerContainerAreInjected(Kind kind) throws Exception {
        try (InjectionServer server = kind.start(cdi(), News.class);
                Talker talker = new Talker(server.uri("/news"))) {
            assertEquals("1 1 true", talker.ask("?"));
            URI ws = server.uri("/desk?text=rain");
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            URI.create("http" + ws.toString().substring(2)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals("1 true", response.body(), "how many subscribers, and whether it was there at the start");
            assertEquals("rain", talker.next());
        }
    }

    /** A producer of the application's, which is there only in the test that asks for it. */
    @Dependent
    public static class OwnProducer {
        static volatile boolean wanted;

        /** Always 42 subscribers. */
        @Produces
        @ApplicationScoped
        Topics topics() {
            return (Topics) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Topics.class},
                    (proxy, method, arguments) -> method.getReturnType() == int.class ? 42 : null);
        }

        public static class Choice implements Extension {
            void choose(@Observes ProcessAnnotatedType<OwnProducer> type) {
                if (!wanted) {
                    type.veto();
                }
            }

            void leaveOut(@Observes ProcessAnnotatedType<Desk> type) {
                if (Apart.running) {
                    type.veto();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aProducerOfTheApplicationWins(Kind kind) throws Exception {
        OwnProducer.wanted = true;
        try (InjectionServer server = kind.start(cdi(), News.class);
                Talker talker = new Talker(server.uri("/news"))) {
            assertEquals("0 42 true", talker.ask("?"));
        } finally {
            OwnProducer.wanted = false;
        }
    }

    /** Runs in other class loaders: Hawser is the server's, CDI the application's. */
    public static final class Apart implements Callable<String> {
        static volatile boolean running;

        @Override
        public String call() throws Exception {
            if (Topics.class.getClassLoader() == getClass().getClassLoader()) {
                throw new IllegalStateException("the class loaders are not apart");
            }
            running = true;
            try (InjectionServer server = Kind.JETTY.start(cdi(), Beans.Scoped.class);
                    Talker talker = new Talker(server.uri("/scoped"))) {
                return talker.ask("a");
            }
        }
    }

    /** OpenWebBeans refuses any library of the server whose extension needs the CDI API of the application. */
    @Test
    void whereOnlyTheApplicationHasCdiItStartsAsBeforeExceptWithOpenWebBeans() throws Exception {
        List<URL> servers = new ArrayList<>();
        List<URL> applications = new ArrayList<>();
        for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
            boolean ofApplication = each.matches(".*(weld|openwebbeans|xbean|jakarta.enterprise|lang-model"
                    + "|inject-api|interceptor-api|test-classes).*");
            (ofApplication ? applications : servers).add(Path.of(each).toUri().toURL());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader server =
                        new URLClassLoader(servers.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                URLClassLoader application = new URLClassLoader(applications.toArray(URL[]::new), server)) {
            thread.setContextClassLoader(application);
            Callable<?> apart = (Callable<?>) application
                    .loadClass(Apart.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            if (Cdi.isOpenWebBeans()) {
                Exception refused = assertThrows(Exception.class, apart::call);
                assertEquals("Problem while loading CDI Extensions", refused.getMessage());
            } else {
                assertEquals("hello a 1", apart.call());
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
