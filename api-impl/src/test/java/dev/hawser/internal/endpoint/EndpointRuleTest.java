package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule of Jakarta WebSocket 4 about endpoint classes, each broken once: the message names the class, the method
 * and the rule.
 */
class EndpointRuleTest {

    static Stream<Arguments> brokenRules() {
        return Stream.of(
                broken(TwoOnOpen.class, "open", "only one method may be annotated with @OnOpen", "4.4"),
                broken(TwoOnClose.class, "close", "only one method may be annotated with @OnClose", "4.5"),
                broken(TwoOnError.class, "error", "only one method may be annotated with @OnError", "4.6"),
                broken(
                        OpenWithThrowable.class,
                        "open(Session, EndpointConfig, Throwable)",
                        "found java.lang.Throwable",
                        "4.4"),
                broken(
                        OpenWithTwoConfigs.class,
                        "open(EndpointConfig, EndpointConfig)",
                        "found another jakarta.websocket.EndpointConfig",
                        "4.4"),
                broken(OpenWithString.class, "open(String)", "@OnOpen allows", "4.4"),
                broken(
                        OpenWithTwoSessions.class,
                        "open(Session, Session)",
                        "found another jakarta.websocket.Session",
                        "4.4"),
                broken(
                        CloseWithTwoReasons.class,
                        "close(CloseReason, CloseReason)",
                        "found another jakarta.websocket.CloseReason",
                        "4.5"),
                broken(CloseWithException.class, "close(Exception)", "@OnClose allows", "4.5"),
                broken(ErrorWithCloseReason.class, "error(Throwable, CloseReason)", "@OnError allows", "4.6"),
                broken(
                        ErrorWithTwoThrowables.class,
                        "error(Throwable, Throwable)",
                        "found another java.lang.Throwable",
                        "4.6"),
                broken(ErrorWithException.class, "error(Exception)", "found java.lang.Exception", "4.6"),
                broken(ErrorWithoutThrowable.class, "error(Session)", "needs a parameter of type Throwable", "4.6"),
                broken(PathParamOfBean.class, "open(BigDecimal)", "@PathParam allows String, primitives", "4.3"),
                broken(PathParamOnMessage.class, "message(String, Object)", "@PathParam allows String", "4.3"),
                broken(PathParamOnError.class, "error(Throwable, List)", "@PathParam allows String", "4.3"),
                broken(PathParamOnClose.class, "close(int[])", "@PathParam allows String", "4.3"),
                broken(PathParamWithoutName.class, "open(String)", "@PathParam needs the name", "4.3"),
                broken(PathParamPrimitiveUnbound.class, "open(int)", "without one the value is null", "4.3"));
    }

    static Stream<Arguments> brokenRulesOfMessages() {
        return Stream.of(
                broken(Nothing.class, "message()", "found none", "4.7"),
                broken(NoMessage.class, "message(Session)", "exactly one parameter for the message", "4.7"),
                broken(TextAndInt.class, "message(String, int)", "found java.lang.String, int", "4.7"),
                broken(BufferAndInt.class, "message(ByteBuffer, int)", "exactly one parameter", "4.7"),
                broken(TextAndBooleanWrapper.class, "message(String, Boolean)", "exactly one parameter", "4.7"),
                broken(MessageWithConfig.class, "message(String, EndpointConfig)", "exactly one parameter", "4.7"),
                broken(
                        MessageWithTwoSessions.class,
                        "message(Session, String, Session)",
                        "one Session parameter",
                        "4.7"),
                broken(ReaderInParts.class, "message(Reader, boolean)", "found java.io.Reader", "4.7"),
                broken(InputStreamInParts.class, "message(InputStream, boolean)", "receives parts", "4.7"),
                broken(PongInParts.class, "message(PongMessage, boolean)", "receives parts", "4.7"),
                broken(IntInParts.class, "message(int, boolean)", "found int", "4.7"),
                broken(TwoFlags.class, "message(boolean, boolean)", "found two booleans", "4.7"),
                broken(NoDecoder.class, "message(BigDecimal)", "no decoder makes java.math.BigDecimal", "4.7"),
                broken(TwoText.class, "message", "text messages go to", "4.7"),
                broken(TwoBinary.class, "message", "binary messages go to", "4.7"),
                broken(TwoPong.class, "message", "pong messages go to", "4.7"),
                broken(NoEncoder.class, "message(String)", "it returns java.math.BigDecimal", "4.7"),
                broken(MessageTooLong.class, "message(String)", "found 2147483648", "4.7.1"),
                broken(NegativeLimit.class, "message(String)", "found -2", "4.7.1"),
                broken(Neither.class, "", "must extend jakarta.websocket.Endpoint", "2.1 and 4"));
    }

    private static Arguments broken(Class<?> endpoint, String method, String rule, String section) {
        return Arguments.of(endpoint, method, rule, "section" + (section.contains("and") ? "s " : " ") + section + ")");
    }

    @ParameterizedTest
    @MethodSource({"brokenRules", "brokenRulesOfMessages"})
    void aBrokenRuleFailsDeploymentWithOneMessage(Class<?> endpoint, String method, String rule, String section) {
        String message = assertThrows(DeploymentException.class, () -> new OpenedEndpoint().plan(endpoint))
                .getMessage();
        assertAll(
                () -> assertContains(message, endpoint.getTypeName()),
                () -> assertContains(message, method.isEmpty() ? "Endpoint class" : "method " + method),
                () -> assertContains(message, rule),
                () -> assertContains(message, section));
    }

    private static void assertContains(String message, String part) {
        assertTrue(message.contains(part), () -> "\"" + message + "\" should contain \"" + part + "\"");
    }

    @Test
    void theSameMethodsWithoutTheFaultsAreDeployed() throws DeploymentException {
        new OpenedEndpoint().template("id").plan(Faultless.class);
    }

    static class TwoOnOpen {
        @OnOpen
        void open() {}

        @OnOpen
        void open(Session session) {}
    }

    static class TwoOnClose {
        @OnClose
        void close() {}

        @OnClose
        void close(Session session) {}
    }

    static class TwoOnError {
        @OnError
        void error(Throwable error) {}

        @OnError
        void error(Session session, Throwable error) {}
    }

    static class OpenWithThrowable {
        @OnOpen
        void open(Session session, EndpointConfig config, Throwable error) {}
    }

    static class OpenWithString {
        @OnOpen
        void open(String name) {}
    }

    static class OpenWithTwoConfigs {
        @OnOpen
        void open(EndpointConfig config, EndpointConfig again) {}
    }

    static class OpenWithTwoSessions {
        @OnOpen
        void open(Session session, Session again) {}
    }

    static class CloseWithTwoReasons {
        @OnClose
        void close(CloseReason reason, CloseReason again) {}
    }

    static class CloseWithException {
        @OnClose
        void close(Exception reason) {}
    }

    static class ErrorWithCloseReason {
        @OnError
        void error(Throwable error, CloseReason reason) {}
    }

    static class ErrorWithTwoThrowables {
        @OnError
        void error(Throwable error, Throwable again) {}
    }

    static class ErrorWithException {
        @OnError
        void error(Exception error) {}
    }

    static class ErrorWithoutThrowable {
        @OnError
        void error(Session session) {}
    }

    static class PathParamOfBean {
        @OnOpen
        void open(@PathParam("id") BigDecimal id) {}
    }

    static class PathParamOnMessage {
        @OnMessage
        void message(String text, @PathParam("id") Object id) {}
    }

    static class PathParamOnError {
        @OnError
        void error(Throwable error, @PathParam("id") List<String> id) {}
    }

    static class PathParamOnClose {
        @OnClose
        void close(@PathParam("id") int[] id) {}
    }

    static class PathParamWithoutName {
        @OnOpen
        void open(@PathParam("") String id) {}
    }

    static class PathParamPrimitiveUnbound {
        @OnOpen
        void open(@PathParam("absent") int id) {}
    }

    static class Nothing {
        @OnMessage
        void message() {}
    }

    static class NoMessage {
        @OnMessage
        void message(Session session) {}
    }

    static class TextAndInt {
        @OnMessage
        void message(String text, int number) {}
    }

    static class BufferAndInt {
        @OnMessage
        void message(ByteBuffer bytes, int number) {}
    }

    static class TextAndBooleanWrapper {
        @OnMessage
        void message(String text, Boolean last) {}
    }

    static class MessageWithConfig {
        @OnMessage
        void message(String text, EndpointConfig config) {}
    }

    static class MessageWithTwoSessions {
        @OnMessage
        void message(Session session, String text, Session again) {}
    }

    static class ReaderInParts {
        @OnMessage
        void message(Reader text, boolean last) {}
    }

    static class InputStreamInParts {
        @OnMessage
        void message(InputStream bytes, boolean last) {}
    }

    static class PongInParts {
        @OnMessage
        void message(PongMessage pong, boolean last) {}
    }

    static class IntInParts {
        @OnMessage
        void message(int number, boolean last) {}
    }

    static class TwoFlags {
        @OnMessage
        void message(boolean text, boolean last) {}
    }

    static class NoDecoder {
        @OnMessage
        void message(BigDecimal number) {}
    }

    static class TwoText {
        @OnMessage
        void message(String text) {}

        @OnMessage
        void message(int number) {}
    }

    static class TwoBinary {
        @OnMessage
        void message(byte[] bytes, boolean last) {}

        @OnMessage
        void message(ByteBuffer bytes) {}
    }

    static class TwoPong {
        @OnMessage
        void message(PongMessage pong) {}

        @OnMessage
        void message(PongMessage pong, Session session) {}
    }

    static class NoEncoder {
        @OnMessage
        BigDecimal message(String text) {
            return BigDecimal.ONE;
        }
    }

    static class MessageTooLong {
        @OnMessage(maxMessageSize = 1L << 31)
        void message(String text) {}
    }

    static class NegativeLimit {
        @OnMessage(maxMessageSize = -2)
        void message(String text) {}
    }

    static class Neither {
        void message(String text) {}
    }

    static class Faultless {
        @OnOpen
        void open(EndpointConfig config, @PathParam("id") int id, Session session) {}

        @OnClose
        void close(CloseReason reason, Session session) {}

        @OnError
        void error(@PathParam("absent") String absent, Throwable error) {}

        @OnMessage(maxMessageSize = Integer.MAX_VALUE)
        Object text(Session session, String text, @PathParam("id") String id) {
            return text;
        }

        @OnMessage
        Void binary(boolean last, byte[] bytes) {
            return null;
        }

        @OnMessage
        void pong(PongMessage pong) {}
    }
}
