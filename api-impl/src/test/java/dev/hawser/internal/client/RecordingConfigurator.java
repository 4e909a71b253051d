package dev.hawser.internal.client;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.HandshakeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Keeps the responses, and changes the requests as a test says. */
final class RecordingConfigurator extends ClientEndpointConfig.Configurator {
    final List<Map<String, List<String>>> responses = new ArrayList<>();
    int requests;
    private final Consumer<Map<String, List<String>>> change;

    RecordingConfigurator(Consumer<Map<String, List<String>>> change) {
        this.change = change;
    }

    @Override
    public void beforeRequest(Map<String, List<String>> headers) {
        requests++;
        change.accept(headers);
    }

    @Override
    public void afterResponse(HandshakeResponse response) {
        responses.add(response.getHeaders());
    }
}
