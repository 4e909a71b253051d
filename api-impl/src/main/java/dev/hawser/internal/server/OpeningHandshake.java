package dev.hawser.internal.server;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.coder.InterruptFlag;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.endpoint.WithoutNulls;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.observe.Observers;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import dev.hawser.internal.protocol.handshake.ServerHandshake;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.EstablishedHandshake;
import dev.hawser.internal.session.SessionUri;
import dev.hawser.internal.session.WebSocketSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers opening handshakes of a known endpoint, in the order of RFC 6455 4.2.2 and of the configurator's javadoc:
 * validate the request, find a place for the session, check the origin, agree on a subprotocol and extensions, call
 * modifyHandshake, make the
 * endpoint instance. Thread-safe; the application's methods are called on the calling thread, without a lock.
 */
final class OpeningHandshake {
    private static final Logger LOG = System.getLogger("dev.hawser.handshake");
    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.handshake");
    private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";

    /** The time that a container has for its 101, and the application's filters around it. */
    private static final long OPENING_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ContainerRuntime runtime;
    private final RefusedOrigins refusedOrigins = new RefusedOrigins(LOG);

    private final Admission admission;
    /** Of the latest session with a plain URI; most have the same. */
    private volatile @Nullable SessionUri lastUri;

    OpeningHandshake(ContainerRuntime runtime, Admission admission) {
        this.runtime = runtime;
        this.admission = admission;
    }

    /** Counts the sessions, and what was refused. */
    Admission admission() {
        return admission;
    }

    /** One request for one endpoint. */
    record Attempt(
            UpgradeRequest request,
            DeployedEndpoint endpoint,
            Map<String, String> pathParameters,
            Settings containerSettings) {}

    /** Validates and decides. Exceptions that a request or the application causes become a rejection. */
    UpgradeDecision decide(Attempt attempt) {
        try {
            return answer(attempt, ServerHandshake.validate(attempt.request));
        } catch (HandshakeRejectedException e) {
            String path = attempt.endpoint.config().getPath();
            Observers.@Nullable Begun begun = runtime.observers().handshakeBegins(path, false);
            runtime.observers().handshakeDecided(path, false, e.status(), begun, null);
            return rejected(attempt, e);
        }
    }

    /** As {@link #decide}, for a request that has been validated. */
    UpgradeDecision answer(Attempt attempt, ServerHandshake handshake) {
        String path = attempt.endpoint.config().getPath();
        Observers.@Nullable Begun begun = runtime.observers().handshakeBegins(path, false);
        int status = 500; // of an error of the JVM
        String sessionId = null;
        try {
            UpgradeDecision decision = answerUnobserved(attempt, handshake);
            if (decision instanceof UpgradeDecision.Accepted accepted) {
                status = accepted.status();
                sessionId = accepted.session().getId();
            } else if (decision instanceof UpgradeDecision.Rejected rejected) {
                status = rejected.status();
            }
            return decision;
        } finally {
            runtime.observers().handshakeDecided(path, false, status, begun, sessionId);
        }
    }

    private UpgradeDecision answerUnobserved(Attempt attempt, ServerHandshake handshake) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            if (runtime.isClosing()) {
                throw stopping();
            }
            return admitted(attempt, handshake);
        } catch (HandshakeRejectedException e) {
            return rejected(attempt, e);
        } catch (InstantiationException | RuntimeException e) {
            FAILURES.log(
                    Level.ERROR,
                    "The opening handshake for " + attempt.endpoint + " failed in the application's code",
                    e);
            // The answer does not tell a stranger what failed.
            return rejected(attempt, new HandshakeRejectedException(500, "The endpoint failed"));
        } finally {
            InterruptFlag.restore(interrupted); // the container's thread will serve other requests
        }
    }

    /** Whatever ends the handshake before there is a session, even an error, gives its place back. */
    private UpgradeDecision admitted(Attempt attempt, ServerHandshake handshake) throws InstantiationException {
        Admission.Seat place =
                admission.place(attempt.containerSettings, attempt.endpoint, attempt.request.remoteAddress());
        boolean kept = false;
        try {
            checkOrigin(attempt);
            UpgradeDecision accepted = agree(attempt, handshake, place);
            kept = true;
            return accepted;
        } finally {
            if (!kept) {
                place.giveBack();
            }
        }
    }

    private static HandshakeRejectedException stopping() {
        return new HandshakeRejectedException(503, "The application is being stopped");
    }

    /** RFC 6455 4.2.2, item 4, and 10.2. */
    private void checkOrigin(Attempt attempt) {
        UpgradeRequest request = attempt.request;
        List<String> origin = request.header("Origin");
        DeployedEndpoint.Resolved resolved = attempt.endpoint.resolve(attempt.containerSettings);
        if (!resolved.origins().allow(origin, request.authority(), request.isSecure())) {
            refusedOrigins.refused(
                    origin,
                    request.authority(),
                    attempt.endpoint.config().getPath(),
                    resolved.settings().get(Setting.ALLOWED_ORIGINS));
            throw new HandshakeRejectedException(403, "Pages of this origin may not connect here");
        }
        // No browser sends more than one line. Joined by RFC 9110 5.3, they match no allowed origin.
        String value = origin.isEmpty() ? null : String.join(", ", origin);
        if (!attempt.endpoint.configurator().forOrigin().checkOrigin(value)) {
            throw new HandshakeRejectedException(403, "Pages of this origin may not connect here");
        }
    }

    private UpgradeDecision agree(Attempt attempt, ServerHandshake handshake, Admission.Seat place)
            throws InstantiationException {
        DeployedEndpoint endpoint = attempt.endpoint;
        // Asked before the application's methods run: if the HttpSession ends from now on, the web socket ends, too.
        String httpSessionId = attempt.request.httpSessionId();
        String subprotocol = subprotocol(endpoint, handshake);
        Settings settings = endpoint.resolve(attempt.containerSettings).settings();
        AgreedExtensions agreed =
                AgreedExtensions.negotiate(endpoint, runtime.frameExtensions(), settings, handshake.extensions());
        SessionEndpointConfig config = new SessionEndpointConfig(
                endpoint.config(), endpoint.configurator().declared());
        SessionUri requestUri = RequestUri.of(attempt.request).orSame(lastUri);
        OpeningHandshakeResponse response = new OpeningHandshakeResponse();
        handshake.answer(response.getHeaders(), subprotocol, agreed.headers());
        if (endpoint.configurator().modifiesHandshake()) {
            modify(attempt, config, requestUri.uri(), response);
            subprotocol = subprotocolAfter(response, handshake, subprotocol, endpoint);
            agreed = agreed.leftIn(response.getHeaders().get(ExtensionHeader.FIELD));
            handshake.answer(response.getHeaders(), subprotocol, agreed.headers());
            response.tidy();
        }
        EstablishedHandshake established = new EstablishedHandshake(
                Role.SERVER,
                endpoint.plan(),
                instance(endpoint),
                runtime.components(),
                config,
                settings,
                requestUri,
                attempt.pathParameters,
                attempt.request.principal(),
                subprotocol,
                agreed.shown(),
                agreed.frameExtensions(),
                httpSessionId == null ? attempt.request.httpSessionId() : httpSessionId);
        WebSocketSession session = WebSocketSession.of(runtime, established);
        session.occupies(place);
        session.connection().timeouts().mustOpenWithin(OPENING_NANOS);
        if (!runtime.registry().accepted(session)) {
            session.connection().transportListener().onClosed(null); // releases what its extensions own
            throw stopping();
        }
        runtime.registry().httpSessions().accepted(session, attempt.request.httpSessionId());
        if (isOften(attempt)) {
            lastUri = requestUri;
        }
        return new UpgradeDecision.Accepted(handshake.status(), response.getHeaders(), session);
    }

    /** Whether other sessions will have the same URI. One with a query or variables may have a token. */
    private static boolean isOften(Attempt attempt) {
        return attempt.request.queryString() == null
                && attempt.pathParameters.isEmpty()
                && attempt.request.requestPath().indexOf(';') < 0;
    }

    private static void modify(
            Attempt attempt, SessionEndpointConfig config, URI requestUri, OpeningHandshakeResponse response) {
        OpeningHandshakeRequest shown =
                new OpeningHandshakeRequest(attempt.request, requestUri, attempt.pathParameters);
        try {
            attempt.endpoint.configurator().declared().modifyHandshake(config, shown, response);
        } finally {
            shown.finish();
        }
    }

    /** RFC 6455 4.2.2: the answer is a subprotocol that the client asked for, or none. */
    private static String subprotocol(DeployedEndpoint endpoint, ServerHandshake handshake) {
        List<String> requested = handshake.subprotocols();
        String chosen =
                endpoint.configurator().forSubprotocol().getNegotiatedSubprotocol(endpoint.subprotocols(), requested);
        if (chosen == null || chosen.isEmpty() || requested.contains(chosen)) {
            return chosen == null ? "" : chosen;
        }
        tell(endpoint, "chose a subprotocol that the client did not ask for (RFC 6455 4.2.2)");
        return "";
    }

    /**
     * The subprotocol after modifyHandshake. Applications may choose one by setting the header, for instance one that
     * carries a token and is in no list.
     */
    private static String subprotocolAfter(
            OpeningHandshakeResponse response, ServerHandshake handshake, String before, DeployedEndpoint endpoint) {
        List<String> lines = WithoutNulls.list(response.getHeaders().get(SUBPROTOCOL));
        if (lines.isEmpty()) {
            return "";
        }
        String chosen = lines.get(0);
        if (lines.size() == 1
                && (chosen.equals(before) || handshake.subprotocols().contains(chosen))) {
            return chosen;
        }
        tell(endpoint, "set " + SUBPROTOCOL + " to what the client did not ask for (RFC 6455 4.2.2)");
        return before;
    }

    private Component<?> instance(DeployedEndpoint endpoint) throws InstantiationException {
        Class<?> type = endpoint.config().getEndpointClass();
        if (endpoint.configurator().makesInstancesByDefault()) {
            return Instances.endpoint(runtime.components(), type);
        }
        @Nullable Object instance = endpoint.configurator().forInstance().getEndpointInstance(type);
        if (instance == null) {
            throw new InstantiationException("The configurator made no instance of " + type.getName());
        }
        return Component.of(instance);
    }

    private static UpgradeDecision rejected(Attempt attempt, HandshakeRejectedException e) {
        LOG.log(
                Level.DEBUG,
                () -> "Refused an opening handshake for " + attempt.endpoint + " with " + e.status() + ": "
                        + e.getMessage());
        return UpgradeDecision.Rejected.of(e);
    }

    /** Logs a fault of the configurator, once for each endpoint, since it would happen at every handshake. */
    static void tell(DeployedEndpoint endpoint, String what) {
        if (endpoint.tellOfAgreement()) {
            LOG.log(Level.WARNING, "The configurator of " + endpoint + " " + what + "; it was left out of the answer");
        }
    }
}
