package dev.hawser.examples;

import dev.hawser.logs.SecretsInLogs;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that is not ours: the one of the JDK. It agrees to {@code hawser.topics.v1} where the server does, and keeps
 * what it receives until the test asks: of a topic's messages the payload, and of other envelopes the kind and the
 * payload, such as {@code joined Ada}.
 */
final class ChatClient implements WebSocket.Listener, AutoCloseable {
    private static final long DEADLINE_SECONDS = 30;

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder(); // confined to the listener
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream(); // confined to the listener
    private @Nullable WebSocket socket; // set once, by connect

    private ChatClient() {}

    static ChatClient connect(URI address) throws Exception {
        ChatClient client = new ChatClient();
        client.socket = SecretsInLogs.addTo(HttpClient.newHttpClient().newWebSocketBuilder())
                .subprotocols("hawser.topics.v1")
                .buildAsync(address, client)
                .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return client;
    }

    void send(String message) throws Exception {
        socket.sendText(message, true).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    void send(ByteBuffer message) throws Exception {
        socket.sendBinary(message, true).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** A file as a member sends it. */
    void sendFile(String mediaType, String name, byte[] content) throws Exception {
        byte[] header = (mediaType + "\n" + name).getBytes(StandardCharsets.UTF_8);
        send(ByteBuffer.allocate(2 + header.length + content.length)
                .putShort((short) header.length)
                .put(header)
                .put(content)
                .flip());
    }

    /** The next text message. */
    String awaitText() throws InterruptedException {
        return taken(texts.poll(DEADLINE_SECONDS, TimeUnit.SECONDS), "text message");
    }

    /** The next text message of a type; others before it are dropped. */
    String awaitText(String type) throws InterruptedException {
        return awaitMatch(".*\"type\":\"" + type + "\".*");
    }

    /** The next message that matches a regular expression; others before it are dropped. */
    String awaitMatch(String regex) throws InterruptedException {
        String message = awaitText();
        while (!message.matches("(?s)" + regex)) {
            message = awaitText();
        }
        return message;
    }

    /** The next binary message. */
    ByteBuffer awaitBinary() throws InterruptedException {
        return ByteBuffer.wrap(taken(binaries.poll(DEADLINE_SECONDS, TimeUnit.SECONDS), "binary message"));
    }

    /** The closing handshake, with 1000. */
    void leave() throws Exception {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "goodbye").get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    int awaitClose() throws Exception {
        return closeCode.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** Whether a text message waits to be taken. */
    boolean hasText() {
        return !texts.isEmpty();
    }

    private static <T> T taken(@Nullable T message, String what) {
        if (message == null) {
            throw new AssertionError("no " + what + " within " + DEADLINE_SECONDS + " s");
        }
        return message;
    }

    private static String withoutEnvelope(String message) {
        if (!message.startsWith("\u001e")) {
            return message;
        }
        int end = message.indexOf('\n');
        String payload = message.substring(end + 1);
        String kind = message.substring(0, end).replaceAll(".*\"kind\":\"(\\w+)\".*", "$1");
        return kind.equals("text") ? payload : kind + " " + payload;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            texts.add(withoutEnvelope(text.toString()));
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        binary.writeBytes(part);
        if (last) {
            byte[] message = binary.toByteArray();
            int begin = 0;
            if (message.length > 0 && message[0] == 0x1e) {
                while (message[begin++] != '\n') {
                    // the envelope
                }
            }
            binaries.add(Arrays.copyOfRange(message, begin, message.length));
            binary.reset();
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closeCode.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closeCode.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
