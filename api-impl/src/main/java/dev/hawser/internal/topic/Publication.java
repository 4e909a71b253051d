package dev.hawser.internal.topic;

import dev.hawser.internal.transport.SharedMessage;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/**
 * A message of a topic in the two forms in which it goes out: as it is, and, for sessions that agreed
 * {@link Envelope#SUBPROTOCOL}, with the line that says which it is. The lock of its topic guards it.
 */
final class Publication {
    final SharedMessage bare;
    final String key;
    /** The id of the session that does not get it; null for none. No session, which a history would keep. */
    private final @Nullable String except;

    /** Where it stands in the history of its topic, from 1; 0 if there is none. */
    private long offset;
    /** The offset of the message before it. */
    private long previous;

    private String epoch = "";
    private String id = "";
    private @Nullable SharedMessage enveloped;

    Publication(SharedMessage bare, String key, @Nullable String except) {
        this.bare = bare;
        this.key = key;
        this.except = except;
    }

    /** @param named which it is, as a backplane says; empty without one */
    void place(String inEpoch, long at, long behind, String named) {
        epoch = inEpoch;
        offset = at;
        previous = behind;
        id = named;
    }

    boolean excepts(Session session) {
        return except != null && except.equals(session.getId());
    }

    long offset() {
        return offset;
    }

    long previous() {
        return previous;
    }

    String id() {
        return id;
    }

    /** What a session gets: made once, when the first session needs it. */
    SharedMessage form(String topic, boolean envelope) {
        if (!envelope) {
            return bare;
        }
        SharedMessage made = enveloped;
        if (made == null) {
            made = Envelope.of(topic, epoch, offset, previous, bare);
            enveloped = made;
        }
        return made;
    }
}
