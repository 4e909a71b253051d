package dev.hawser.internal.client;

import dev.hawser.extension.NegotiableExtension;
import dev.hawser.internal.coder.InterruptFlag;
import dev.hawser.internal.endpoint.WithoutNulls;
import dev.hawser.internal.protocol.handshake.ClientHandshake;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client's opening handshake request (RFC 6455 section 4.1), after the application's configurator has seen it.
 *
 * @param key the value of Sec-WebSocket-Key
 * @param headers all fields; names are case-insensitive
 * @param extensions the offered extensions that are implemented here; the answer is checked against them
 */
record OpeningRequest(
        Target target, String key, Map<String, List<String>> headers, List<NegotiableExtension> extensions) {
    /** Headers that are not sent to another server after a redirect. */
    private static final Set<String> SECRETS = Set.of("Authorization", "Cookie", "Proxy-Authorization");

    /** Stands for a field whose value is null: one line that is null, which is refused. */
    private static final List<@Nullable String> NULL = Collections.singletonList(null);

    /** Without the headers, which may hold credentials. */
    @Override
    public String toString() {
        return "opening request to " + target;
    }

    /**
     * Formulates the request and calls {@code beforeRequest}. The configurator cannot change the fields that make it an
     * opening handshake, except Host; it may change subprotocols and extensions.
     *
     * @param offers the extensions that can be offered
     * @param authorization the value of Authorization in answer to a 401, or null
     * @param foreign whether a redirect has led away from the origin that the application named
     * @throws DeploymentException if beforeRequest throws, or leaves a field that HTTP cannot carry, or if an offered
     *     extension could not be kept
     */
    static OpeningRequest formulate(
            Target target,
            ClientEndpointConfig config,
            ExtensionOffers offers,
            @Nullable String authorization,
            boolean foreign)
            throws DeploymentException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Host", list(target.hostHeader()));
        String key = ClientHandshake.newKey();
        ClientHandshake.putFields(headers, key);
        ClientHandshake.putSubprotocols(headers, WithoutNulls.list(config.getPreferredSubprotocols()));
        ClientHandshake.putExtensions(headers, offers.headers(config));
        if (authorization != null) {
            headers.put("Authorization", list(authorization));
        }
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            configuratorOf(config).beforeRequest(headers);
        } catch (RuntimeException e) {
            throw new DeploymentException("The configurator's beforeRequest threw " + e, e);
        } finally {
            InterruptFlag.restore(interrupted); // otherwise the connect would end at its first wait
        }
        ClientHandshake.putFields(headers, key);
        if (authorization != null) {
            headers.put("Authorization", list(authorization));
        }
        if (foreign) {
            headers.keySet().removeIf(name -> SECRETS.stream().anyMatch(name::equalsIgnoreCase));
        }
        check(headers);
        List<String> offered = headers.getOrDefault(ExtensionHeader.FIELD, List.of());
        return new OpeningRequest(target, key, headers, offers.offered(offered));
    }

    /** The application's configurator, or one that does nothing. */
    static ClientEndpointConfig.Configurator configuratorOf(ClientEndpointConfig config) {
        ClientEndpointConfig.Configurator declared = config.getConfigurator();
        return declared == null ? new ClientEndpointConfig.Configurator() : declared;
    }

    /** A list that the configurator may change. */
    private static List<String> list(String value) {
        List<String> list = new ArrayList<>(1);
        list.add(value);
        return list;
    }

    /** Refuses names and values with a line end, which could add other fields or another request. */
    private static void check(Map<String, List<String>> headers) throws DeploymentException {
        for (Map.Entry<String, List<String>> field : headers.entrySet()) {
            String name = field.getKey();
            if (name.isEmpty()
                    || !name.chars().allMatch(c -> c > ' ' && c < 127 && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0)) {
                throw new DeploymentException(
                        "The configurator's beforeRequest left a header whose name is not a token (RFC 9110)");
            }
            for (String value : field.getValue() == null ? NULL : field.getValue()) {
                if (value == null || !value.chars().allMatch(c -> (c >= ' ' && c != 127 && c <= 0xFF) || c == '\t')) {
                    throw new DeploymentException("The value of the header " + name
                            + " is null, or has a line end or another character that HTTP cannot carry");
                }
            }
        }
    }

    /** The request as it goes over the wire. */
    byte[] bytes() {
        StringBuilder request =
                new StringBuilder("GET ").append(target.resource()).append(" HTTP/1.1\r\n");
        append(request, "Host", headers.getOrDefault("Host", List.of(target.hostHeader())));
        headers.forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Host")) {
                append(request, name, values);
            }
        });
        return request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void append(StringBuilder request, String name, List<String> values) {
        for (String value : values) {
            request.append(name).append(": ").append(value).append("\r\n");
        }
    }

    /** The lines of a field, in their order; empty if there are none. */
    List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }
}
