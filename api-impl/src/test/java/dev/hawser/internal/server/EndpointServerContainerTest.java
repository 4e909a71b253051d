package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.session.ContainerRuntime;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.Reader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EndpointServerContainerTest {
    private final TestContainer test = new TestContainer();
    private final EndpointServerContainer container = test.container;

    @AfterEach
    void close() {
        test.close();
    }

    @ServerEndpoint("/bad")
    public static final class TwoOnMessageOfOneKind {
        @OnMessage
        public void one(String message) {}

        @OnMessage
        public void two(String message) {}
    }

    @ServerEndpoint("/good")
    public static final class SamePathAsGood {}

    @ServerEndpoint("no slash")
    public static final class NoPath {}

    public static final class NotAnnotated {}

    @ServerEndpoint("/late")
    public static final class Late {}

    @ServerEndpoint("/no-constructor")
    public static final class NoConstructor {
        public NoConstructor(String argument) {}
    }

    @ServerEndpoint(value = "/made-elsewhere", configurator = Making.class)
    public static final class MadeElsewhere {
        final String argument;

        public MadeElsewhere(String argument) {
            this.argument = argument;
        }
    }

    public static final class Making extends ServerEndpointConfig.Configurator {
        static final AtomicInteger COUNT = new AtomicInteger();

        public Making() {
            COUNT.incrementAndGet();
        }

        @Override
        public <T> T getEndpointInstance(Class<T> endpointClass) {
            return endpointClass.cast(new MadeElsewhere("made here"));
        }
    }

    @ServerEndpoint(value = "/broken-configurator", configurator = Broken.class)
    public static final class BrokenConfigurator {}

    public static final class Broken extends ServerEndpointConfig.Configurator {
        public Broken() {
            throw new IllegalStateException("broken");
        }
    }

    @ServerEndpoint(
            value = "/subprotocols/{room}",
            subprotocols = {"a", "b"})
    @EndpointSettings({"maxTextMessageSize=1MiB", " allowedOrigins = *"})
    public static final class WithSettings {}

    @ServerEndpoint("/unknown")
    @EndpointSettings("maxTextMesageSize=1MiB")
    public static final class UnknownSetting {}

    @ServerEndpoint("/invalid")
    @EndpointSettings("maxTextMessageSize=much")
    public static final class InvalidSetting {}

    @ServerEndpoint("/containers")
    @EndpointSettings("maxWorkers=1")
    public static final class SettingOfContainers {}

    @ServerEndpoint("/origins")
    @EndpointSettings("allowedOrigins=example.org")
    public static final class InvalidOrigins {}

    @ServerEndpoint("/formless")
    @EndpointSettings("dispatch")
    public static final class FormlessSetting {}

    @ServerEndpoint("/loop")
    @EndpointSettings("dispatch=event-loop")
    public static final class StreamOnTheEventLoop {
        @OnMessage
        public void read(Reader message) {}
    }

    @Nested
    class Deployment {
        @Test
        void anEndpointMayBeAddedAtAnyTime() throws Exception {
            container.addEndpoint(TestContainer.Good.class);
            test.accept(TestUpgradeRequest.of("/good"));
            container.deploymentEnded();
            container.addEndpoint(Late.class);

            test.accept(TestUpgradeRequest.of("/late"));
        }

        @Test
        void aClassThatIsAddedTwiceIsDeployedOnce() throws Exception {
            container.addEndpoint(TestContainer.Good.class);
            container.addEndpoint(TestContainer.Good.class);
            test.accept(TestUpgradeRequest.of("/good"));
            container.deploymentEnded();
            container.addEndpoint(TestContainer.Good.class);

            test.accept(TestUpgradeRequest.of("/good"));
        }

        @Test
        void aClassThatFailedIsNotTakenForDeployed() {
            container.deploymentEnded();

            assertThrows(DeploymentException.class, () -> container.addEndpoint(TwoOnMessageOfOneKind.class));
            assertThrows(DeploymentException.class, () -> container.addEndpoint(TwoOnMessageOfOneKind.class));
        }

        @Test
        void aBadEndpointTakesThoseBeforeAndAfterItOutOfService() throws Exception {
            container.addEndpoint(TestContainer.Good.class);
            test.accept(TestUpgradeRequest.of("/good"));

            DeploymentException first =
                    assertThrows(DeploymentException.class, () -> container.addEndpoint(TwoOnMessageOfOneKind.class));
            DeploymentException second =
                    assertThrows(DeploymentException.class, () -> container.addEndpoint(Late.class));

            assertTrue(first.getMessage().contains(TwoOnMessageOfOneKind.class.getName()), first.getMessage());
            assertTrue(second.getMessage().contains(first.getMessage()), second.getMessage());
            assertTrue(container.isEmpty());
            for (String path : List.of("/good", "/bad", "/late")) {
                assertInstanceOf(UpgradeDecision.NotOurs.class, container.upgrade(TestUpgradeRequest.of(path)));
            }
        }

        @Test
        void afterTheStartABadEndpointFailsAlone() throws Exception {
            container.addEndpoint(TestContainer.Good.class);
            container.deploymentEnded();

            assertThrows(DeploymentException.class, () -> container.addEndpoint(TwoOnMessageOfOneKind.class));

            test.accept(TestUpgradeRequest.of("/good"));
            container.addEndpoint(Late.class);
        }

        @Test
        void aFailureElsewhereTakesAllOut() throws Exception {
            container.addEndpoint(TestContainer.Good.class);
            container.fail(new DeploymentException("the scan failed"));

            assertTrue(container.isEmpty());
            DeploymentException e = assertThrows(DeploymentException.class, () -> container.addEndpoint(Late.class));
            assertTrue(e.getMessage().endsWith("the scan failed"), e.getMessage());
        }

        @Test
        void equalPathsAreRefused() throws Exception {
            container.addEndpoint(TestContainer.Good.class);

            DeploymentException e =
                    assertThrows(DeploymentException.class, () -> container.addEndpoint(SamePathAsGood.class));

            assertTrue(e.getMessage().contains(SamePathAsGood.class.getName()), e.getMessage());
            assertTrue(e.getMessage().contains(TestContainer.Good.class.getName()), e.getMessage());
            assertTrue(container.isEmpty());
        }

        @Test
        void theMessageNamesTheClassAndTheRule() {
            assertFails(
                    NoPath.class,
                    "Endpoint class " + NoPath.class.getTypeName(),
                    "\"no slash\" must begin with /",
                    "(Jakarta WebSocket 2.2, section 4.1.1)");
            assertFails(NotAnnotated.class, NotAnnotated.class.getTypeName(), "@ServerEndpoint");
            assertFails(NoConstructor.class, NoConstructor.class.getTypeName(), "constructor without parameters");
            assertFails(BrokenConfigurator.class, BrokenConfigurator.class.getName(), Broken.class.getName());
            assertFails(
                    UnknownSetting.class,
                    UnknownSetting.class.getName(),
                    "\"maxTextMesageSize\"",
                    "maxTextMessageSize");
            assertFails(InvalidSetting.class, InvalidSetting.class.getName(), "maxTextMessageSize=much");
            assertFails(
                    SettingOfContainers.class, SettingOfContainers.class.getName(), "maxWorkers", "whole container");
            assertFails(InvalidOrigins.class, InvalidOrigins.class.getName(), "\"example.org\"");
            assertFails(FormlessSetting.class, FormlessSetting.class.getName(), "name=value");
            assertFails(StreamOnTheEventLoop.class, StreamOnTheEventLoop.class.getName(), "dispatch=worker");
        }

        @Test
        void aBadTwinOfTheSettingsIsRefused() {
            ServerEndpointConfig config = ServerEndpointConfig.Builder.create(TestContainer.Programmatic.class, "/p")
                    .build();
            config.getUserProperties().put(Settings.USER_PROPERTY, "maxTextMessageSize=1MiB");

            DeploymentException e = assertThrows(DeploymentException.class, () -> container.addEndpoint(config));
            assertTrue(e.getMessage().contains("Settings.applyTo"), e.getMessage());
        }

        @Test
        void anApplicationThatThrowsFailsItsDeployment() throws Exception {
            container.addEndpoint(TestContainer.Good.class);
            ServerEndpointConfig config = (ServerEndpointConfig) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {ServerEndpointConfig.class}, (proxy, method, args) -> {
                        throw new IllegalStateException("of the application");
                    });

            assertThrows(DeploymentException.class, () -> container.addEndpoint(config));
            assertTrue(container.isEmpty());
        }

        private void assertFails(Class<?> endpointClass, String... parts) {
            try (TestContainer other = new TestContainer()) {
                DeploymentException e =
                        assertThrows(DeploymentException.class, () -> other.container.addEndpoint(endpointClass));
                for (String part : parts) {
                    assertTrue(e.getMessage().contains(part), part + " in " + e.getMessage());
                }
            }
        }
    }

    @Nested
    class Annotations {
        @Test
        void oneConfiguratorServesALogicalEndpoint() throws Exception {
            int before = Making.COUNT.get();
            container.addEndpoint(MadeElsewhere.class);
            test.accept(TestUpgradeRequest.of("/made-elsewhere"));
            test.accept(TestUpgradeRequest.of("/made-elsewhere"));

            assertEquals(before + 1, Making.COUNT.get());
        }

        @Test
        void declareSubprotocolsVariablesAndSettings() throws Exception {
            container.addEndpoint(WithSettings.class);

            Session session = test.accept(TestUpgradeRequest.of(
                            "/subprotocols/blue", "Sec-WebSocket-Protocol: b", "Origin: http://evil.example"))
                    .session();

            assertEquals("b", session.getNegotiatedSubprotocol());
            assertEquals(Map.of("room", "blue"), session.getPathParameters());
            assertEquals(1024 * 1024, session.getMaxTextMessageBufferSize());
            assertEquals(64 * 1024, session.getMaxBinaryMessageBufferSize());
        }

        @Test
        void theTwinOfTheSettingsWinsOverTheAnnotation() throws Exception {
            ServerEndpointConfig config = ServerEndpointConfig.Builder.create(WithSettings.class, "/p")
                    .build();
            Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 10).build().applyTo(config.getUserProperties());
            container.addEndpoint(config);

            Session session = test.accept(TestUpgradeRequest.of("/p", "Origin: http://any.example"))
                    .session();

            assertEquals(10, session.getMaxTextMessageBufferSize());
        }
    }

    @Nested
    class Defaults {
        @Test
        void areThoseOfTheSettings() {
            assertEquals(64 * 1024, container.getDefaultMaxTextMessageBufferSize());
            assertEquals(64 * 1024, container.getDefaultMaxBinaryMessageBufferSize());
            assertEquals(0, container.getDefaultMaxSessionIdleTimeout());
            assertEquals(0, container.getDefaultAsyncSendTimeout());
            assertEquals(
                    List.of("permessage-deflate"),
                    container.getInstalledExtensions().stream()
                            .map(Extension::getName)
                            .toList());
        }

        @Test
        void holdForHandshakesThatFollowUnlessTheEndpointHasItsOwn() throws Exception {
            container.addEndpoint(WithSettings.class);
            container.addEndpoint(TestContainer.Good.class);
            container.setDefaultMaxTextMessageBufferSize(100);
            container.setDefaultMaxBinaryMessageBufferSize(200);
            container.setDefaultMaxSessionIdleTimeout(3000);
            container.setAsyncSendTimeout(4000);

            Session session = test.accept(TestUpgradeRequest.of("/good")).session();
            assertEquals(100, session.getMaxTextMessageBufferSize());
            assertEquals(200, session.getMaxBinaryMessageBufferSize());
            assertEquals(3000, session.getMaxIdleTimeout());
            assertEquals(4000, session.getAsyncRemote().getSendTimeout());
            assertEquals(3000, container.getDefaultMaxSessionIdleTimeout());
            assertEquals(4000, container.getDefaultAsyncSendTimeout());

            Session own = test.accept(TestUpgradeRequest.of("/subprotocols/x")).session();
            assertEquals(1024 * 1024, own.getMaxTextMessageBufferSize());
            assertEquals(200, own.getMaxBinaryMessageBufferSize());
        }

        /**
         * Long.MAX_VALUE is how many write "never": nanoseconds cannot count it, and each handshake failed with 500.
         */
        @Test
        void aTimeoutWithoutEndLeavesHandshakesPossible() throws Exception {
            container.addEndpoint(TestContainer.Good.class);
            container.setDefaultMaxSessionIdleTimeout(Long.MAX_VALUE);
            container.setAsyncSendTimeout(Long.MAX_VALUE);

            Session session = test.accept(TestUpgradeRequest.of("/good")).session();
            assertTrue(session.getMaxIdleTimeout() > Duration.ofDays(10_000).toMillis());
        }

        @Test
        void zeroOrLessIsNoTimeoutAndNoSize() {
            container.setDefaultMaxTextMessageBufferSize(100);
            for (int none : new int[] {0, -1}) {
                Class<IllegalArgumentException> refused = IllegalArgumentException.class;
                assertThrows(refused, () -> container.setDefaultMaxTextMessageBufferSize(none));
                assertThrows(refused, () -> container.setDefaultMaxBinaryMessageBufferSize(none));
                container.setDefaultMaxSessionIdleTimeout(none);
                container.setAsyncSendTimeout(none);
            }
            assertEquals(100, container.getDefaultMaxTextMessageBufferSize());
            assertEquals(64 * 1024, container.getDefaultMaxBinaryMessageBufferSize());
            assertEquals(0, container.getDefaultMaxSessionIdleTimeout());
            assertEquals(0, container.getDefaultAsyncSendTimeout());
        }
    }

    @Nested
    class Client {
        @Test
        void isMadeForTheFirstConnectionAndGetsTheDefaults() throws Exception {
            List<String> calls = new ArrayList<>();
            InvocationHandler recording = (proxy, method, args) -> {
                calls.add(method.getName() + " " + args[args.length - 1]);
                return null;
            };
            EndpointServerContainer forwarding = new EndpointServerContainer(
                    self -> new ContainerRuntime(
                            "hawser-test", Settings.defaults(), getClass().getClassLoader(), Runnable::run, self),
                    () -> {
                        calls.add("made");
                        return (WebSocketContainer) Proxy.newProxyInstance(
                                getClass().getClassLoader(), new Class<?>[] {WebSocketContainer.class}, recording);
                    },
                    null);
            forwarding.setDefaultMaxTextMessageBufferSize(1);
            forwarding.setDefaultMaxTextMessageBufferSize(2);
            assertEquals(List.of(), calls);

            forwarding.connectToServer(new Object(), URI.create("ws://a"));
            forwarding.connectToServer(Object.class, URI.create("ws://b"));
            forwarding.setAsyncSendTimeout(3);

            assertEquals(
                    List.of(
                            "made",
                            "setDefaultMaxTextMessageBufferSize 2",
                            "connectToServer ws://a",
                            "connectToServer ws://b",
                            "setAsyncSendTimeout 3"),
                    calls);
            forwarding.runtime().close(Duration.ofMillis(10));
        }
    }

    @Test
    void theSessionsContainerIsThisOne() throws Exception {
        container.addEndpoint(TestContainer.Good.class);

        assertSame(
                container, test.accept(TestUpgradeRequest.of("/good")).session().getContainer());
    }

    @Test
    void theServiceLoaderFindsTheDefaultConfigurator() {
        assertTrue(ServiceLoader.load(ServerEndpointConfig.Configurator.class).stream()
                .anyMatch(provider -> provider.type() == DefaultServerConfigurator.class));
    }
}
