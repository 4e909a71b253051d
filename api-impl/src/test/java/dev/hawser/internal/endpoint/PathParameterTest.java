package dev.hawser.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.DecodeException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.PathParam;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code @PathParam} (Jakarta WebSocket 4.3). */
class PathParameterTest {
    private static final CloseReason REASON = new CloseReason(CloseCodes.NORMAL_CLOSURE, "");

    @Test
    void everyCallbackGetsItsPathParametersConverted() throws Throwable {
        Recording endpoint = new Recording();
        BoundEndpoint bound =
                new OpenedEndpoint().path(Map.of("id", "12", "name", "a b")).open(endpoint);
        MessageInvoker text = bound.text();
        assertNotNull(text);
        assertEquals("a b: hi 12", text.invoke("hi", true));
        bound.onError(new IOException());
        bound.onClose(REASON);
        assertEquals(Arrays.asList("open", 12L, "a b", "error", 12, "close", 12.0f), endpoint.calls);
    }

    @Test
    void allTypesAreConverted() throws Throwable {
        AllTypes endpoint = new AllTypes();
        new OpenedEndpoint().path(Map.of("t", "true", "n", "1", "c", "z")).open(endpoint);
        assertEquals(List.of(true, (byte) 1, (short) 1, 'z', 1, 1L, 1f, 1d, true, 'z', 1d), endpoint.values);
    }

    @Test
    void aNameThatIsNoVariableOfTheTemplateIsNull() throws Throwable {
        Absent endpoint = new Absent();
        new OpenedEndpoint().path(Map.of("id", "1")).open(endpoint);
        assertEquals(Arrays.asList(null, null), endpoint.values);
    }

    @Test
    void aNameInBracesIsTheVariableAsTheTemplateWritesIt() throws Throwable {
        Braces endpoint = new Braces();
        new OpenedEndpoint().path(Map.of("id", "7")).open(endpoint);
        assertEquals(List.of(7, "7"), endpoint.values);
    }

    @Test
    void aValueThatCannotBeConvertedIsADecodeExceptionInPlaceOfTheCall() throws Throwable {
        Recording endpoint = new Recording();
        BoundEndpoint bound =
                new OpenedEndpoint().path(Map.of("id", "twelve", "name", "n")).bind(endpoint);
        assertTrue(bound.hasOnOpen());
        DecodeException thrown = assertThrows(DecodeException.class, bound::onOpen);
        assertEquals("twelve", thrown.getText());
        assertTrue(thrown.getMessage().contains("{id}"), thrown.getMessage());
        assertFalse(thrown.getMessage().contains("twelve"), thrown.getMessage());

        MessageInvoker text = bound.text();
        assertNotNull(text);
        assertThrows(DecodeException.class, () -> text.invoke("hi", true));
        assertThrows(DecodeException.class, () -> bound.onClose(REASON));
        assertEquals(List.of(), endpoint.calls);
    }

    @Test
    void theErrorCallbackIsCalledAllTheSameWithZeroOrNull() throws Throwable {
        Recording endpoint = new Recording();
        BoundEndpoint bound =
                new OpenedEndpoint().path(Map.of("id", "twelve", "name", "n")).bind(endpoint);
        assertTrue(bound.onError(assertThrows(DecodeException.class, bound::onOpen)));
        assertEquals(List.of("error", 0), endpoint.calls);
    }

    @Test
    void aFailureIsReportedAtOpenEvenWithoutAnOpenCallback() throws Throwable {
        BoundEndpoint bound = new OpenedEndpoint().path(Map.of("id", "x")).bind(new MessageOnly());
        assertTrue(bound.hasOnOpen());
        assertThrows(DecodeException.class, bound::onOpen);
    }

    @Test
    void aValueIsConvertedOncePerSession() throws Throwable {
        Twice endpoint = new Twice();
        BoundEndpoint bound = new OpenedEndpoint().path(Map.of("id", "1234567")).open(endpoint);
        bound.onClose(REASON);
        assertSame(
                endpoint.values.get(0), endpoint.values.get(1), "Integer.valueOf(1234567) is a new object each time");
    }

    static class Recording {
        final List<Object> calls = new ArrayList<>();

        @OnOpen
        void open(@PathParam("id") Long id, @PathParam("name") String name) {
            calls.addAll(List.of("open", id, name));
        }

        @OnMessage
        String message(@PathParam("name") String name, String text, @PathParam("id") short id) {
            return name + ": " + text + " " + id;
        }

        @OnError
        void error(@PathParam("id") int id, Throwable error) {
            calls.addAll(List.of("error", id));
        }

        @OnClose
        void close(@PathParam("id") Float id) {
            calls.addAll(List.of("close", id));
        }
    }

    static class AllTypes {
        List<Object> values = List.of();

        @OnOpen
        void open(
                @PathParam("t") boolean z,
                @PathParam("n") byte b,
                @PathParam("n") short s,
                @PathParam("c") char c,
                @PathParam("n") int i,
                @PathParam("n") long l,
                @PathParam("n") float f,
                @PathParam("n") double d,
                @PathParam("t") Boolean boxed,
                @PathParam("c") Character character,
                @PathParam("n") Double number) {
            values = List.of(z, b, s, c, i, l, f, d, boxed, character, number);
        }
    }

    static class Absent {
        List<Object> values = List.of();

        @OnOpen
        void open(@PathParam("ID") String text, @PathParam("ID") Integer number) {
            values = Arrays.asList(text, number);
        }
    }

    static class Braces {
        List<Object> values = List.of();

        @OnOpen
        void open(@PathParam("{id}") int number, @PathParam("{id}") String text) {
            values = List.of(number, text);
        }
    }

    static class MessageOnly {
        @OnMessage
        void message(String text, @PathParam("id") int id) {}
    }

    static class Twice {
        final List<Object> values = new ArrayList<>();

        @OnOpen
        void open(@PathParam("id") Integer id) {
            values.add(id);
        }

        @OnClose
        void close(@PathParam("id") Integer id) {
            values.add(id);
        }
    }
}
