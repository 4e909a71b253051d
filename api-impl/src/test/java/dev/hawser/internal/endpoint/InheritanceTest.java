package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Annotated methods and superclasses (Jakarta WebSocket 4.8). */
class InheritanceTest {
    private static Object answer(Object endpoint) throws Throwable {
        MessageInvoker text = new OpenedEndpoint()
                .decodedBy(List.of(OrderDecoder.class))
                .open(endpoint)
                .text();
        assertNotNull(text);
        return String.valueOf(text.invoke("7", true));
    }

    @Test
    void anInheritedMethodIsCalled() throws Throwable {
        assertEquals("super 7", answer(new Inheriting()));
    }

    @Test
    void anOverrideThatIsAnnotatedAgainReplacesTheMethod() throws Throwable {
        assertEquals("sub 7", answer(new Overriding()));
    }

    @Test
    void anOverrideWithoutAnnotationIsNotCalledBack() throws Throwable {
        assertNull(new OpenedEndpoint().open(new Hiding()).text());
    }

    @Test
    void aSecondMethodBesideTheInheritedOneIsRefusedNamingBoth() {
        String message = assertThrows(DeploymentException.class, () -> new OpenedEndpoint().plan(Second.class))
                .getMessage();
        assertTrue(message.contains(Second.class.getTypeName()), message);
        assertTrue(message.contains("another(String)"), message);
        assertTrue(message.contains("message(String) of " + Annotated.class.getTypeName()), message);
    }

    @Test
    void aSecondLifecycleMethodBesideTheInheritedOneIsRefused() {
        assertThrows(DeploymentException.class, () -> new OpenedEndpoint().plan(SecondOpen.class));
    }

    @Test
    void aTypeVariableOfTheSuperclassIsResolved() throws Throwable {
        assertEquals("generic order 7", answer(new OfOrders()));
    }

    @Test
    void anOverrideOfAGenericMethodIsOneMethodAndItsBridgeIsNone() throws Throwable {
        assertEquals("own order 7", answer(new OverridingGeneric()));
    }

    @Test
    void aPrivateMethodIsNotOverridden() {
        String message = assertThrows(DeploymentException.class, () -> new OpenedEndpoint().plan(BesidePrivate.class))
                .getMessage();
        assertTrue(message.contains("message(String) of " + WithPrivate.class.getTypeName()), message);
    }

    @ClientEndpoint
    static class Annotated {
        @OnOpen
        public void open(Session session) {}

        @OnMessage
        public String message(String text) {
            return "super " + text;
        }
    }

    @ClientEndpoint
    static class Inheriting extends Annotated {}

    @ClientEndpoint
    static class Overriding extends Annotated {
        @Override
        @OnMessage
        public String message(String text) {
            return "sub " + text;
        }
    }

    @ClientEndpoint
    static class Hiding extends Annotated {
        @Override
        public String message(String text) {
            return "never";
        }
    }

    @ClientEndpoint
    static class Second extends Annotated {
        @OnMessage
        public void another(String text) {}
    }

    @ClientEndpoint
    static class SecondOpen extends Annotated {
        @OnOpen
        public void open() {}
    }

    record Order(int number) {
        @Override
        public String toString() {
            return "order " + number;
        }
    }

    static class Generic<T> {
        @OnMessage
        public String message(T message) {
            return "generic " + message;
        }
    }

    static class OfOrders extends Generic<Order> {}

    static class OverridingGeneric extends Generic<Order> {
        @Override
        @OnMessage
        public String message(Order order) {
            return "own " + order;
        }
    }

    static class WithPrivate {
        @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // only looked at
        @OnMessage
        private void message(String text) {}
    }

    static class BesidePrivate extends WithPrivate {
        @OnMessage
        void message(String text) {}
    }

    public static class OrderDecoder implements Decoder.Text<Order> {
        @Override
        public Order decode(String text) throws DecodeException {
            return new Order(Integer.parseInt(text));
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }
}
