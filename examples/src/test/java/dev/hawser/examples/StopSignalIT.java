package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** SIGTERM under load: every peer is told 1001, also one that never answers, and the process ends by itself. */
class StopSignalIT {
    private static final int BUSY = 20;
    private static final int SILENT = 5;
    /** 128 + 15: the JVM has ended because of the signal, and not by a kill or an error. */
    private static final int TERMINATED = 143;

    @Test
    void everyPeerIsTold1001AndTheProcessEnds() throws Exception {
        List<CompletableFuture<Integer>> closeCodes = new ArrayList<>();
        List<Socket> silent = new ArrayList<>();
        try (DemoProcess demo = DemoProcess.startOnFreePorts()) {
            URI echo = demo.awaitAddresses().webSocket(false, "/echo");
            HttpClient client = HttpClient.newHttpClient();
            for (int i = 0; i < BUSY; i++) {
                closeCodes.add(talkForEver(client, echo));
            }
            for (int i = 0; i < SILENT; i++) {
                silent.add(upgraded(echo));
            }
            demo.stop();
            assertEquals(TERMINATED, demo.awaitExit(), () -> demo.output().toString());
            for (CompletableFuture<Integer> code : closeCodes) {
                assertEquals(1001, code.get(30, TimeUnit.SECONDS));
            }
            for (Socket socket : silent) {
                byte[] all = socket.getInputStream().readAllBytes();
                assertTrue(all.length >= 4, "nothing was told before the end");
                assertEquals(0x88, all[0] & 0xFF, "a close frame");
                assertEquals(1001, (all[2] & 0xFF) << 8 | all[3] & 0xFF);
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** Sends the next message whenever one comes back. Returns the code of the peer's close frame. */
    private static CompletableFuture<Integer> talkForEver(HttpClient client, URI echo) throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        CompletableFuture<Void> echoed = new CompletableFuture<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(echo, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        echoed.complete(null);
                        from.request(1);
                        return from.sendText("again", true);
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                        closed.complete(code);
                        return CompletableFuture.completedFuture(null);
                    }

                    @Override
                    public void onError(WebSocket from, Throwable error) {
                        closed.completeExceptionally(error);
                    }
                })
                .get(30, TimeUnit.SECONDS);
        socket.sendText("hello", true).get(30, TimeUnit.SECONDS);
        echoed.get(30, TimeUnit.SECONDS);
        return closed;
    }

    /** A peer that has sent its handshake, and never sends anything again. */
    private static Socket upgraded(URI echo) throws Exception {
        Socket socket = new Socket(echo.getHost(), echo.getPort());
        socket.setSoTimeout(30_000);
        String request = "GET " + echo.getPath() + " HTTP/1.1\r\nHost: " + echo.getAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertTrue(next >= 0, () -> "the connection ended within the head: " + head);
            head.append((char) next);
        }
        assertTrue(head.toString().startsWith("HTTP/1.1 101"), head.toString());
        return socket;
    }
}
