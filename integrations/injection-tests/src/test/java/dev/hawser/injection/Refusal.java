package dev.hawser.injection;

import dev.hawser.client.HandshakeFailedException;
import java.net.URI;

/** How a server refuses a handshake. */
final class Refusal {
    private Refusal() {}

    /** The status of the answer; 101 if the handshake succeeded. */
    static int status(URI uri) {
        try (Talker talker = new Talker(uri)) {
            return 101;
        } catch (HandshakeFailedException e) {
            return e.status();
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }
}
