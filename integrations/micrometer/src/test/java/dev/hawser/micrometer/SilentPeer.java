package dev.hawser.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.HawserSession;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A peer that opens a connection, and then reads nothing. */
final class SilentPeer implements AutoCloseable {
    /** So small that the network soon takes no more. */
    private static final int RECEIVE_BUFFER = 4096;

    private final Socket socket;
    private final HawserSession session;

    private SilentPeer(Socket socket, HawserSession session) {
        this.socket = socket;
        this.session = session;
    }

    /** @param path no other session has the same */
    static SilentPeer connect(RoomServer server, String path) throws IOException {
        Socket socket = new Socket();
        boolean done = false;
        try {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            String request = String.join(
                    "\r\n",
                    "GET " + path + " HTTP/1.1",
                    "Host: localhost",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "",
                    "");
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertEquals("HTTP/1.1 101", new String(in.readNBytes(12), StandardCharsets.US_ASCII));
            SilentPeer made = new SilentPeer(socket, sessionOf(server, path));
            done = true;
            return made;
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    private static HawserSession sessionOf(RoomServer server, String path) {
        List<HawserSession> found = new ArrayList<>();
        RoomServer.await(path + " is open", () -> {
            for (HawserSession session : server.container().getOpenSessions()) {
                if (session.getRequestURI().getPath().equals(path)) {
                    found.add(session);
                }
            }
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** The server's session with it. */
    HawserSession session() {
        return session;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
