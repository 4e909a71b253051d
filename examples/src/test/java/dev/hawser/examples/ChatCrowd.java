package dev.hawser.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Members of the chat who come, talk, send pictures and go, and one who does not read: for the live page's picture. */
final class ChatCrowd implements AutoCloseable {
    private static final List<String> ROOMS = List.of("harbour", "workshop", "galley");

    private final URI chat;
    private final Random random = new Random(7);
    private final Thread thread;
    private volatile boolean ended;

    private ChatCrowd(URI chat) {
        this.chat = chat;
        this.thread = new Thread(this::run, "chat-crowd");
    }

    static ChatCrowd start(URI chat) {
        ChatCrowd crowd = new ChatCrowd(chat);
        crowd.thread.setDaemon(true);
        crowd.thread.start();
        return crowd;
    }

    private void run() {
        Deque<ChatClient> members = new ArrayDeque<>();
        try (Socket idle = idle()) {
            for (int turn = 0; !ended; turn++) {
                double tide = 1 + Math.sin(turn / 70.0);
                if (members.size() < 6 + 9 * tide && turn % 4 == 0) {
                    members.add(join("Member " + turn));
                }
                if (members.size() > 9 + 9 * tide || turn % 25 == 0 && members.size() > 3) {
                    leave(members.remove());
                }
                for (ChatClient member : members) {
                    if (random.nextDouble() < 0.1 * tide) {
                        member.send("say The new line holds, and the tide is " + random.nextInt(100));
                    }
                }
                if (turn % 50 == 30 && turn < 600) {
                    members.getLast().sendFile("image/png", "harbour.png", new byte[2 << 20]);
                }
                if (turn % 80 == 70) {
                    try (ChatClient nobody = ChatClient.connect(URI.create(chat + "?name="))) {
                        nobody.awaitClose();
                    }
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        } catch (Exception e) {
            System.err.println("The crowd has gone: " + e);
        } finally {
            members.forEach(ChatClient::close);
        }
    }

    private ChatClient join(String name) throws Exception {
        String room = ROOMS.get(random.nextInt(4) % ROOMS.size());
        return ChatClient.connect(URI.create(chat + "?room=" + room + "&name=" + name.replace(" ", "%20")));
    }

    private void leave(ChatClient member) throws Exception {
        if (random.nextInt(4) == 0) {
            member.close(); // as a phone that is switched off
        } else {
            member.leave();
        }
    }

    /** In the harbour, without reading a byte after the handshake. */
    private Socket idle() throws IOException {
        Socket socket = new Socket(InetAddress.getByName(chat.getHost()), chat.getPort());
        socket.setReceiveBufferSize(4096);
        String request = "GET /chat?name=Idle HTTP/1.1\r\nHost: " + chat.getAuthority() + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Protocol: hawser.topics.v1\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        thread.join();
    }
}
