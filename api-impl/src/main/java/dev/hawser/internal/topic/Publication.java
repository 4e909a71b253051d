package dev.hawser.internal.topic;

import dev.hawser.internal.transport.SharedMessage;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/**
 * A message of a topic in its two forms: as it was published, and with an {@link Envelope} for sessions with the
 * subprotocol {@link Envelope#SUBPROTOCOL}. Guarded by the topic's lock.
 */
final class Publication {
    final SharedMessage bare;
    final String key;
    /**
     * The id of the session that must not get it; null for none. Not the session, which a history would keep in memory.
     */
    private final @Nullable String except;

    /** The place in the history of its topic, from 1; 0 without a history. */
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

    /** @param named the id that the backplane gave it; empty without a backplane */
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

    /** The form that a session gets. The envelope is made once, when the first session needs it. */
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
