package dev.hawser.tck.assertions;

import jakarta.websocket.CloseReason;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;

/** Endpoints that differ from {@link WellFormed} by one fault each. The faulty method is named {@code fault}. */
final class Faults {

    private Faults() {}

    /** The one without a fault: all its methods with all that they may have. */
    @ServerEndpoint("/subject/{p}")
    public static final class WellFormed {
        @OnOpen
        public void onOpen(@PathParam("p") String p, Session session, EndpointConfig config) {}

        @OnMessage
        public String onText(String message, @PathParam("p") int p) {
            return "subject " + message + p;
        }

        @OnMessage
        public void onBinary(boolean last, Session session, byte[] message) {}

        @OnMessage
        public void onPong(PongMessage pong) {}

        @OnError
        public void onError(Session session, Throwable error, @PathParam("p") Integer p) {}

        @OnClose
        public void onClose(CloseReason reason, Session session) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnOpenWithMore {
        @OnOpen
        public void fault(Session session, String more) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnOpenTwice {
        @OnOpen
        public void onOpen() {}

        @OnOpen
        public void fault(Session session) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnCloseWithMore {
        @OnClose
        public void fault(CloseReason reason, Throwable more) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnCloseTwice {
        @OnClose
        public void onClose() {}

        @OnClose
        public void fault(CloseReason reason) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnErrorWithMore {
        @OnError
        public void fault(Throwable error, CloseReason more) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnErrorWithout {
        @OnError
        public void fault(Session session) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnErrorTwice {
        @OnError
        public void onError(Throwable error) {}

        @OnError
        public void fault(Session session, Throwable error) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageTwoTexts {
        @OnMessage
        public void onMessage(String message) {}

        @OnMessage
        public void fault(Reader message) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageTwoBinaries {
        @OnMessage
        public void onMessage(byte[] message) {}

        @OnMessage
        public void fault(ByteBuffer message) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageTwoPongs {
        @OnMessage
        public void onMessage(PongMessage message) {}

        @OnMessage
        public void fault(Session session, PongMessage message) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageNothing {
        @OnMessage
        public void fault(Session session) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageTextAndInt {
        @OnMessage
        public void fault(String message, int more) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageReaderInParts {
        @OnMessage
        public void fault(Reader message, boolean last) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageStreamInParts {
        @OnMessage
        public void fault(InputStream message, boolean last) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessagePongInParts {
        @OnMessage
        public void fault(PongMessage message, boolean last) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageBufferAndInt {
        @OnMessage
        public void fault(ByteBuffer message, int more) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageWithoutDecoder {
        @OnMessage
        public void fault(BigDecimal message) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageWithConfig {
        @OnMessage
        public void fault(String message, EndpointConfig more) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageTwoSessions {
        @OnMessage
        public void fault(String message, Session session, Session more) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class OnMessageTooLong {
        @OnMessage(maxMessageSize = 1L + Integer.MAX_VALUE)
        public void fault(String message) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class PathParamOnOpen {
        @OnOpen
        public void fault(@PathParam("p") List<String> p) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class PathParamOnMessage {
        @OnMessage
        public void fault(String message, @PathParam("p") StringBuilder p) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class PathParamOnError {
        @OnError
        public void fault(Throwable error, @PathParam("p") Object p) {}
    }

    @ServerEndpoint("/subject/{p}")
    public static final class PathParamOnClose {
        @OnClose
        public void fault(@PathParam("p") int[] p) {}
    }

    @ServerEndpoint("subject")
    public static final class PathWithoutSlash {}

    @ServerEndpoint("")
    public static final class PathMissing {}

    @ServerEndpoint("/subject//p")
    public static final class PathDoubleSlash {}

    @ServerEndpoint("/subject/./p")
    public static final class PathDot {}

    @ServerEndpoint("/subject/../p")
    public static final class PathTwoDots {}

    @ServerEndpoint("/subject/x{p}")
    public static final class PathPartOfASegment {}

    @ServerEndpoint("/subject/{p}/{p}")
    public static final class PathVariableTwice {}

    @ServerEndpoint("/subject/{p")
    public static final class PathUnclosed {}

    @ServerEndpoint("/subject/{+p}")
    public static final class PathOfLevelTwo {}

    @ServerEndpoint("/echo")
    public static final class PathTaken {}

    @ServerEndpoint("/template/{other}")
    public static final class TemplateTaken {}
}
