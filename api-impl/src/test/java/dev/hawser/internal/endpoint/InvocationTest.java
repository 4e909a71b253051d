package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a call of a message method costs: one frame of ours on the stack, and no allocation for the most common shape.
 */
class InvocationTest {
    private static final StackWalker STACK = StackWalker.getInstance();

    /** The frames between the test and the method that calls this. */
    private static List<String> framesBetween() {
        return STACK.walk(frames -> frames.skip(2)
                .map(StackWalker.StackFrame::getClassName)
                .takeWhile(name -> !name.equals(InvocationTest.class.getName()))
                .toList());
    }

    @Test
    void aMessageMethodIsCalledThroughOneFrame() throws Throwable {
        List<String> invoker = List.of(AnnotatedInvoker.class.getName());
        BoundEndpoint plain = new OpenedEndpoint().open(new Plain());
        assertEquals(invoker, assertInvoke(plain.text(), "text"));
        assertEquals(invoker, assertInvoke(plain.binary(), new byte[1]));
        BoundEndpoint full = new OpenedEndpoint()
                .decodedBy(List.of(BuilderDecoder.class))
                .path(Map.of("id", "1"))
                .open(new Full());
        assertEquals(invoker, assertInvoke(full.text(), "decoded"));
    }

    @Test
    void aMessageHandlerIsCalledThroughOneFrame() throws Throwable {
        BoundEndpoint bound = new OpenedEndpoint().open(new BinaryOnly());
        Walking walking = new Walking();
        bound.addMessageHandler(walking);
        assertInvoke(bound.text(), "text");
        assertEquals(List.of(HandlerInvoker.class.getName()), walking.frames);
    }

    private static Object assertInvoke(MessageInvoker invoker, Object payload) throws Throwable {
        assertNotNull(invoker);
        return invoker.invoke(payload, true);
    }

    @Test
    void aTextMessageWithSessionAllocatesNothing() throws Throwable {
        MessageInvoker text = new OpenedEndpoint().open(new Echo()).text();
        assertNotNull(text);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        invokeTimes(text, 10_000); // the first calls link and compile the handle
        long before = threads.getCurrentThreadAllocatedBytes();
        invokeTimes(text, 10_000);
        long perCall = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
        assertEquals(0, perCall, "bytes allocated per message");
    }

    private static void invokeTimes(MessageInvoker text, int times) throws Throwable {
        for (int i = 0; i < times; i++) {
            assertTrue(text.invoke("message", true) == "message");
        }
    }

    static class Echo {
        @OnMessage
        String echo(String text, Session session) {
            return text;
        }
    }

    static class Plain {
        @OnMessage
        Object text(String text) {
            return framesBetween();
        }

        @OnMessage
        Object binary(Session session, ByteBuffer bytes) {
            return framesBetween();
        }
    }

    static class BinaryOnly {
        @OnMessage
        void binary(byte[] part, boolean last) {}
    }

    static class Full {
        @OnMessage
        Object text(@PathParam("id") int id, StringBuilder decoded, Session session) {
            return framesBetween();
        }
    }

    static class Walking implements MessageHandler.Whole<String> {
        List<String> frames = List.of();

        @Override
        public void onMessage(String message) {
            frames = framesBetween().stream()
                    .filter(name -> !name.equals(Walking.class.getName())) // the bridge method of the interface
                    .toList();
        }
    }

    public static class BuilderDecoder implements Decoder.Text<StringBuilder> {
        @Override
        public StringBuilder decode(String text) throws DecodeException {
            return new StringBuilder(text);
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }
}
