package dev.hawser.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a transport on a server's streams has to get right, through the echo of the demo. */
final class Traffic {
    private static final int MESSAGES = 2000;
    private static final int LONG = 3 << 20;

    private Traffic() {}

    static void isEchoed(int port, String path) throws Exception {
        try (Peer peer = Peer.connect(port, path)) {
            for (int i = 0; i < MESSAGES; i++) {
                peer.send("message " + i);
            }
            for (int i = 0; i < MESSAGES; i++) {
                assertEquals("message " + i, peer.await());
            }
            StringBuilder text = new StringBuilder();
            for (int i = 0; text.length() < LONG; i++) {
                text.append(i).append(' ');
            }
            peer.send(text.toString());
            peer.send("behind it");
            assertTrue(text.toString().equals(peer.await()), "a text of 3 MiB comes back as it was");
            assertEquals("behind it", peer.await());
            assertEquals(0, peer.unasked());
            peer.sayGoodbye();
            assertEquals(1000, peer.awaitClose());
        }
    }
}
