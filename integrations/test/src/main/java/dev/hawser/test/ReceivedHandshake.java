package dev.hawser.test;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.internal.http.HeaderGrammar;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.handshake.ServerHandshake;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake that a client under test has sent, in the hands of the test, which plays the server: it looks
 * at the request, formulates the answer, and gives it once, with {@link #accept}, {@link #refuse}, {@link #answerRaw}
 * or {@link #vanish}. Not thread-safe.
 *
 * <pre>{@code
 * ReceivedHandshake handshake = connect.expectHandshake();
 * assertEquals("lang=en", handshake.query());
 * TestPeer server = handshake.chooseSubprotocol("chat.v2").accept();
 * }</pre>
 *
 * @since 0.1.0
 */
public final class ReceivedHandshake {
    private final ClientLine line;
    private final ReceivedRequest request;
    private final ServerHandshake valid;
    private final List<NegotiableExtension> known;
    private final Duration deadline;
    private final Map<String, List<String>> added = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> removed = new HashSet<>();
    private List<NegotiatedExtension> agreed = List.of();
    private String subprotocol = "";
    private boolean answered;

    /** @param known the extensions that the test's side speaks */
    ReceivedHandshake(
            ClientLine line,
            ReceivedRequest request,
            ServerHandshake valid,
            List<NegotiableExtension> known,
            Duration deadline) {
        this.line = line;
        this.request = request;
        this.valid = valid;
        this.known = known;
        this.deadline = deadline;
    }

    /** The path of the request, percent-encoded. */
    public String path() {
        return request.path();
    }

    /** The query of the request, percent-encoded, or null if it has none. */
    public @Nullable String query() {
        return request.query();
    }

    /** Whether the client has connected with {@code wss}. There is no TLS here. */
    public boolean isSecure() {
        return line.memory().isSecure();
    }

    /** The lines of one field of the request, in their order; empty if there are none. Names are case-insensitive. */
    public List<String> header(String name) {
        return request.header(name);
    }

    /** The fields of the request, unmodifiable; names are case-insensitive. */
    public Map<String, List<String>> headers() {
        return request.headers();
    }

    /** The subprotocols that the client asks for, in order of preference. */
    public List<String> subprotocols() {
        return valid.subprotocols();
    }

    /** The extensions that the client offers, in order of preference. */
    public List<ExtensionOffer> extensions() {
        return valid.extensions();
    }

    /** Answers with this subprotocol. A client must refuse one that it has not asked for (RFC 6455 4.1). */
    public ReceivedHandshake chooseSubprotocol(String name) {
        subprotocol = name;
        return this;
    }

    /**
     * Answers with these extensions of the client's offer, such as {@code permessage-deflate}, as Hawser's server would
     * accept them; without this call there is none. The {@link TestPeer} then encodes and decodes messages with them.
     * For an answer that no server should give there is {@link #answerHeader}.
     *
     * @throws IllegalArgumentException if one was not offered, or the kit does not speak it
     */
    public ReceivedHandshake chooseExtensions(String... names) {
        List<String> wanted = Arrays.asList(names);
        List<NegotiatedExtension> accepted = ExtensionNegotiation.accept(
                known,
                extensions().stream()
                        .filter(offer -> wanted.contains(offer.name()))
                        .toList());
        List<String> found =
                accepted.stream().map(extension -> extension.response().name()).toList();
        for (String name : wanted) {
            if (!found.contains(name)) {
                throw new IllegalArgumentException(
                        "The extension " + name + " cannot be accepted. The client offers: " + extensions());
            }
        }
        agreed = accepted;
        return this;
    }

    /**
     * Adds a header field to the answer. One that a handshake needs, such as {@code Sec-WebSocket-Accept}, is replaced.
     *
     * @throws IllegalArgumentException if name or value is not legal in HTTP
     */
    public ReceivedHandshake answerHeader(String name, String value) {
        HeaderGrammar.checkFields(Map.of(name, List.of(value)));
        added.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
        return this;
    }

    /** Leaves a header field out of the answer, also one that a handshake needs. */
    public ReceivedHandshake answerWithoutHeader(String name) {
        removed.add(name);
        return this;
    }

    /**
     * Accepts the handshake with 101, and returns once the client's {@code onOpen} has returned or thrown.
     *
     * @throws AssertionError if the client does not accept the answer, or if {@code onOpen} does not return within the
     *     deadline
     * @throws IllegalStateException if the handshake was answered before
     */
    public TestPeer accept() {
        TestPeer peer = acceptWithoutWaiting();
        try {
            peer.expectOpened();
            line.memory().settle();
            return peer;
        } catch (AssertionError e) {
            Throwable failure = line.memory().isOpen() ? null : line.arrivals().failure(deadline);
            if (failure == null) {
                throw e;
            }
            throw new AssertionError(
                    "Expected that the client accepts the handshake, but connectToServer threw " + failure, failure);
        }
    }

    /**
     * Accepts the handshake with 101, but returns as soon as the answer is sent. It is for answers that the client
     * refuses, for clients whose {@code onOpen} waits for the test, and for messages right behind the answer.
     *
     * @throws IllegalStateException if the handshake was answered before
     */
    public TestPeer acceptWithoutWaiting() {
        isAnsweredNow();
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<ExtensionOffer> chosen =
                agreed.stream().map(NegotiatedExtension::response).toList();
        valid.answer(headers, subprotocol, chosen);
        headers.putAll(added);
        headers.keySet().removeIf(name -> removed.stream().anyMatch(name::equalsIgnoreCase));
        PeerHandshake handshake = new PeerHandshake(subprotocol, chosen, agreed, Collections.unmodifiableMap(headers));
        PeerInbox inbox = new PeerInbox(Role.SERVER, line.transcript(), agreed);
        TestPeer peer = new TestPeer(
                line.session()::get,
                line.memory(),
                inbox,
                PeerOutput.of(Role.SERVER, line.memory(), line.transcript(), handshake),
                line.transcript(),
                new Expectations(path(), inbox, line.transcript(), deadline),
                handshake);
        line.inbox().accepted(inbox);
        line.peer().set(peer);
        answer(101, headers);
        return peer;
    }

    /**
     * Refuses the handshake with this status and the fields that were added, such as {@code Location} or {@code
     * WWW-Authenticate}, and ends the connection. The client sends another handshake if it follows the redirect or
     * answers the challenge; otherwise its connect fails.
     *
     * @throws IllegalArgumentException for 101, or what is no status
     * @throws IllegalStateException if the handshake was answered before
     */
    public void refuse(int status) {
        if (status == 101 || status < 100 || status > 999) {
            throw new IllegalArgumentException("Expected a status other than 101, got " + status);
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Content-Length", List.of("0"));
        headers.putAll(added);
        headers.keySet().removeIf(name -> removed.stream().anyMatch(name::equalsIgnoreCase));
        isAnsweredNow();
        answer(status, headers);
        line.memory().endInput();
    }

    /**
     * Sends an answer that need not be HTTP, and leaves the connection open.
     *
     * @throws IllegalStateException if the handshake was answered before
     */
    public void answerRaw(String answer) {
        isAnsweredNow();
        send(answer);
    }

    /**
     * Ends the connection without an answer.
     *
     * @throws IllegalStateException if the handshake was answered before
     */
    public void vanish() {
        isAnsweredNow();
        line.memory().vanish();
    }

    private void answer(int status, Map<String, List<String>> headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " \r\n");
        headers.forEach((name, values) -> values.forEach(value -> head.append(name + ": " + value + "\r\n")));
        send(head.append("\r\n").toString());
    }

    /** First of all, because an answer that comes too late must change nothing. */
    private void isAnsweredNow() {
        if (answered) {
            throw new IllegalStateException("This handshake was answered before");
        }
        answered = true;
    }

    private void send(String answer) {
        line.memory().arrive(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Without the query, which may hold a token. */
    @Override
    public String toString() {
        return "handshake for " + path();
    }
}
