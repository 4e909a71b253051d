package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.endpoint.closed.ClosedEndpoint;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is asked of endpoint and coder classes as such (Jakarta WebSocket 4.1 to 4.2). */
class EndpointClassTest {
    private static void assertContains(String message, String part) {
        assertTrue(message.contains(part), () -> "\"" + message + "\" should contain \"" + part + "\"");
    }

    @Test
    void aClassInAPackageThatIsNotOpenIsRefusedAndToldWhy() throws Exception {
        Class<?> closed = ClosedModule.define(ClosedEndpoint.class);
        String message = assertThrows(DeploymentException.class, () -> new OpenedEndpoint().plan(closed))
                .getMessage();
        assertContains(message, closed.getTypeName());
        assertContains(message, "method message(String)");
        assertContains(message, "in a package opened to Hawser");
        new OpenedEndpoint().plan(ClosedEndpoint.class); // the same class outside of a module
    }

    @Test
    void aClassThatNamesAClassThatIsNotThereIsRefusedNamingBoth() throws Exception {
        Class<?> endpoint = new WithoutAbsent().loadClass(NamesAbsent.class.getName());
        String message = assertThrows(DeploymentException.class, () -> new OpenedEndpoint().plan(endpoint))
                .getMessage();
        assertContains(message, NamesAbsent.class.getTypeName() + " must be readable");
        assertContains(message, Absent.class.getSimpleName());
    }

    static Stream<Arguments> brokenClassRules() {
        return Stream.of(
                Arguments.of(Client.class, "must carry @ServerEndpoint itself"),
                Arguments.of(UnannotatedSubclass.class, "must carry @ServerEndpoint itself"),
                Arguments.of(NotPublic.class, "must be public"),
                Arguments.of(Abstract.class, "must be a class that is not abstract"),
                Arguments.of(ConstructorWithParameter.class, "must have a public constructor without parameters"),
                Arguments.of(PrivateConstructor.class, "must have a public constructor without parameters"),
                Arguments.of(Inner.class, "must have a public constructor without parameters"));
    }

    @ParameterizedTest
    @MethodSource("brokenClassRules")
    void aServerEndpointClassMustBePublicConcreteAnnotatedAndConstructible(Class<?> endpoint, String rule) {
        String message = assertThrows(
                        DeploymentException.class, () -> EndpointPlan.requireServerEndpoint(endpoint, true))
                .getMessage();
        assertContains(message, "Endpoint class " + endpoint.getTypeName());
        assertContains(message, rule);
        assertContains(message, "(Jakarta WebSocket 2.2, section");
    }

    @Test
    void noConstructorIsAskedForIfTheConfiguratorMakesTheInstances() throws DeploymentException {
        EndpointPlan.requireServerEndpoint(ConstructorWithParameter.class, false);
        EndpointPlan.requireServerEndpoint(Server.class, true);
    }

    @Test
    void aClientEndpointClassMustBeAnnotatedItself() throws DeploymentException {
        String message = assertThrows(DeploymentException.class, () -> EndpointPlan.requireClientEndpoint(Server.class))
                .getMessage();
        assertContains(message, "Endpoint class " + Server.class.getTypeName() + " must carry @ClientEndpoint itself");
        assertContains(message, "sections 4.2 and 4.8)");
        EndpointPlan.requireClientEndpoint(Client.class);
    }

    static Stream<Arguments> brokenCoderRules() {
        return Stream.of(
                Arguments.of(AbstractDecoder.class, "must be a class that is not abstract"),
                Arguments.of(NoConstructorDecoder.class, "must have a public constructor without parameters"),
                Arguments.of(KindlessDecoder.class, "must implement one of the Text"));
    }

    @ParameterizedTest
    @MethodSource("brokenCoderRules")
    void aDecoderClassMustBeConcreteConstructibleAndOfAKind(Class<? extends Decoder> decoder, String rule) {
        OpenedEndpoint endpoint = new OpenedEndpoint().decodedBy(List.of(decoder));
        String message = assertThrows(DeploymentException.class, () -> endpoint.plan(Server.class))
                .getMessage();
        assertContains(message, "Endpoint class " + Server.class.getTypeName());
        assertContains(message, "coder " + decoder.getTypeName() + " " + rule);
        assertContains(message, "sections 4.1.2 and 4.1.3)");
    }

    @Test
    void anEncoderClassMustHaveAConstructorToo() {
        OpenedEndpoint endpoint = new OpenedEndpoint().encodedBy(List.of(NoConstructorEncoder.class));
        String message = assertThrows(DeploymentException.class, () -> endpoint.plan(Server.class))
                .getMessage();
        assertContains(message, "Endpoint class " + Server.class.getTypeName());
        assertContains(message, "NoConstructorEncoder must have a public constructor without parameters");
    }

    @ClientEndpoint
    static class Client {}

    static class Absent {}

    @ClientEndpoint
    static class NamesAbsent {
        void call(Absent absent) {}
    }

    /** Defines NamesAbsent once more, and does not find Absent. */
    private static final class WithoutAbsent extends ClassLoader {
        WithoutAbsent() {
            super(EndpointClassTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(Absent.class.getName())) {
                throw new ClassNotFoundException(name);
            }
            if (!name.equals(NamesAbsent.class.getName())) {
                return super.loadClass(name, resolve);
            }
            String file = "/" + name.replace('.', '/') + ".class";
            try (InputStream stream = EndpointClassTest.class.getResourceAsStream(file)) {
                byte[] bytes = Objects.requireNonNull(stream).readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @ServerEndpoint("/")
    public static class Server {}

    public static class UnannotatedSubclass extends Server {}

    @ServerEndpoint("/")
    static class NotPublic {
        public NotPublic() {}
    }

    @ServerEndpoint("/")
    public abstract static class Abstract {
        public Abstract() {}
    }

    @ServerEndpoint("/")
    public static class ConstructorWithParameter {
        public ConstructorWithParameter(String text) {}
    }

    @ServerEndpoint("/")
    public static class PrivateConstructor {
        private PrivateConstructor() {}
    }

    @ServerEndpoint("/")
    @SuppressWarnings("ClassCanBeStatic") // then it would have the constructor that is asked for
    public class Inner {}

    public abstract static class AbstractDecoder implements Decoder.Text<String> {}

    public static class NoConstructorDecoder implements Decoder.Text<String> {
        NoConstructorDecoder() {}

        @Override
        public String decode(String text) {
            return text;
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    public static class KindlessDecoder implements Decoder {}

    public static class NoConstructorEncoder implements Encoder.Text<String> {
        public NoConstructorEncoder(String parameter) {}

        @Override
        public String encode(String text) {
            return text;
        }
    }
}
