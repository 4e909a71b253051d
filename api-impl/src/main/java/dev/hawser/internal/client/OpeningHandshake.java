package dev.hawser.internal.client;

import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.ConnectFailedException.Step;
import dev.hawser.client.HandshakeFailedException;
import dev.hawser.internal.client.Connecting.Connection;
import dev.hawser.internal.coder.InterruptFlag;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.observe.Observers;
import dev.hawser.internal.session.WebSocketSession;
import dev.hawser.internal.transport.ClientTransport;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.HandshakeResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connect, from the URI to the open connection: request and response, and the redirects and answers to a 401 that
 * the settings allow. Each request has its own connection. Each call of the configurator's {@code beforeRequest} is
 * followed by one of {@code afterResponse}, with an empty map if there was no response (Jakarta WebSocket 2.3).
 */
final class OpeningHandshake {
    /** A server may answer 401 twice: because it does not know the client, and because its nonce has expired. */
    private static final int ANSWERS = 2;

    private final Connecting connecting;
    private final ClientEndpointConfig config;
    private final ConnectionSettings settings;
    private final ExtensionOffers extensions;
    private final Deadline deadline;
    private final int headerLimit;

    /** @param headerLimit the most bytes of each response's header */
    OpeningHandshake(
            Connecting connecting,
            ClientEndpointConfig config,
            ConnectionSettings settings,
            ExtensionOffers extensions,
            Deadline deadline,
            int headerLimit) {
        this.connecting = connecting;
        this.config = config;
        this.settings = settings;
        this.extensions = extensions;
        this.deadline = deadline;
        this.headerLimit = headerLimit;
    }

    /**
     * An open WebSocket connection that has no listener yet. The receiver must start or abort the transport.
     *
     * @param target the server it is connected to, after all redirects
     * @param early bytes that came behind the response
     */
    record Opened(Target target, ClientTransport transport, ByteBuffer early, OpeningResponse response) {}

    private record Exchange(OpeningRequest request, Connection connection, HttpResponse response) {}

    /** What was opened, and the session that was made of it and has not begun. */
    record Made(Opened opened, WebSocketSession session) {}

    /**
     * Opens a connection as {@link #open(Target)}, makes its session, and tells the observers whether that succeeds and
     * the id of the session. If there is none, the endpoint is released.
     *
     * @param name the endpoint's, for the observers
     */
    Made open(
            Target first,
            Observers observers,
            String name,
            Component<?> endpoint,
            Function<Opened, WebSocketSession> maker)
            throws DeploymentException, IOException {
        Observers.@Nullable Begun begun = observers.handshakeBegins(name, true);
        int status = 0;
        Opened opened = null;
        Made made = null;
        try {
            opened = open(first);
            status = 101;
            made = new Made(opened, maker.apply(opened));
            return made;
        } catch (HandshakeFailedException e) {
            status = e.status();
            throw e;
        } finally {
            observers.handshakeDecided(
                    name,
                    true,
                    status,
                    begun,
                    made == null ? null : made.session().getId());
            if (made == null) {
                giveUp(opened, endpoint);
            }
        }
    }

    private static void giveUp(@Nullable Opened opened, Component<?> endpoint) {
        try {
            if (opened != null) {
                opened.transport().abort();
            }
        } finally {
            endpoint.giveBack();
        }
    }

    /**
     * Opens a connection.
     *
     * @throws HandshakeFailedException if the server, or a proxy, answered, but not with a valid 101
     * @throws ConnectFailedException if there was no answer
     */
    Opened open(Target first) throws DeploymentException, IOException {
        Target target = first;
        String authorization = null;
        int answersLeft = settings.credentials() == null ? 0 : ANSWERS;
        int redirectsLeft = settings.maxRedirects();
        while (true) {
            Exchange exchange = exchange(target, authorization, !target.sameOrigin(first));
            HttpResponse response = exchange.response();
            if (response.status() == 101) {
                return opened(exchange);
            }
            exchange.connection().transport().abort();
            authorization = null;
            Target next = redirectsLeft > 0 ? redirected(target, response) : null;
            if (next != null) {
                redirectsLeft--;
                target = next;
            } else {
                boolean mayAnswer = answersLeft-- > 0 && target.sameOrigin(first);
                authorization = mayAnswer ? answer(target, response) : null;
                if (authorization == null) {
                    return opened(exchange); // throws, and says why
                }
            }
        }
    }

    private Opened opened(Exchange exchange) throws HandshakeFailedException {
        Connection connection = exchange.connection();
        boolean done = false;
        try {
            OpeningResponse agreed = OpeningResponse.validate(exchange.request(), exchange.response());
            done = true;
            return new Opened(
                    exchange.request().target(),
                    connection.transport(),
                    connection.stream().early(),
                    agreed);
        } finally {
            if (!done) {
                connection.transport().abort();
            }
        }
    }

    private static @Nullable Target redirected(Target from, HttpResponse response) {
        return switch (response.status()) {
            case 301, 302, 303, 307, 308 ->
                response.header("Location").size() == 1
                        ? from.redirected(response.header("Location").get(0))
                        : null;
            default -> null;
        };
    }

    private @Nullable String answer(Target target, HttpResponse response) {
        HttpCredentials credentials = settings.credentials();
        if (response.status() != 401 || credentials == null) {
            return null;
        }
        return credentials.answer(HttpChallenge.parse(response.header("WWW-Authenticate")), "GET", target.resource());
    }

    private Exchange exchange(Target target, @Nullable String authorization, boolean foreign)
            throws DeploymentException, IOException {
        OpeningRequest request = OpeningRequest.formulate(target, config, extensions, authorization, foreign);
        Connection connection = null;
        HttpResponse response = null;
        boolean done = false;
        try {
            connection = connecting.connect(target, settings, deadline, headerLimit);
            response = send(request, connection);
            done = true;
        } finally {
            if (!done) {
                if (connection != null) {
                    connection.transport().abort();
                }
                tellFailure();
            }
        }
        tell(connection, response);
        return new Exchange(request, connection, response);
    }

    private HttpResponse send(OpeningRequest request, Connection connection) throws ConnectFailedException {
        try {
            connection.stream().write(request.bytes());
            return HttpResponse.read(connection.stream()::read, headerLimit);
        } catch (IOException e) {
            throw new ConnectFailedException(request.target().server().toString(), Step.HANDSHAKE, e);
        }
    }

    private void tell(Connection connection, HttpResponse response) throws DeploymentException {
        boolean interrupted = Thread.currentThread().isInterrupted();
        boolean done = false;
        try {
            OpeningRequest.configuratorOf(config).afterResponse(Response.copyOf(response.headers()));
            done = true;
        } catch (RuntimeException e) {
            throw new DeploymentException("The configurator's afterResponse threw " + e, e);
        } finally {
            InterruptFlag.restore(interrupted);
            if (!done) {
                connection.transport().abort();
            }
        }
    }

    /**
     * Tells the configurator that there was no response. What the configurator throws is only logged, because the
     * connect's own failure is reported.
     */
    private void tellFailure() {
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            OpeningRequest.configuratorOf(config).afterResponse(Response.copyOf(Map.of()));
        } catch (RuntimeException e) {
            System.getLogger("dev.hawser.client")
                    .log(
                            System.Logger.Level.DEBUG,
                            "The configurator's afterResponse threw after a failed handshake",
                            e);
        } finally {
            InterruptFlag.restore(interrupted);
        }
    }

    /** The header fields of a response, with case-insensitive names; a copy that the configurator may change. */
    private record Response(Map<String, List<String>> headers) implements HandshakeResponse {
        static Response copyOf(Map<String, List<String>> headers) {
            Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.forEach((name, values) -> copy.put(name, new ArrayList<>(values)));
            return new Response(copy);
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return headers;
        }
    }
}
