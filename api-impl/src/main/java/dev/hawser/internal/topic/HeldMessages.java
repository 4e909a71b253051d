package dev.hawser.internal.topic;

import dev.hawser.backplane.StoredMessage;
import java.util.ArrayList;
import java.util.List;

/** The stored messages of one topic that wait until earlier ones have been read. Guarded by the topic's lock. */
final class HeldMessages {
    /** The most messages that are held; further ones are read again. The traffic bounds the bytes of all topics. */
    private static final int MOST = 1000;

    private final BackplaneTraffic traffic;
    private List<StoredMessage> messages = new ArrayList<>(0);

    HeldMessages(BackplaneTraffic traffic) {
        this.traffic = traffic;
    }

    /** Holds a message. Returns false if there is no room: it must be read again. */
    boolean hold(StoredMessage message) {
        if (messages.size() >= MOST || !traffic.holds(message.message().length)) {
            return false;
        }
        messages.add(message);
        return true;
    }

    /** Gives back the room of all messages, and returns them in the order in which they came. */
    List<StoredMessage> letGo() {
        List<StoredMessage> all = messages;
        messages = new ArrayList<>(0);
        for (StoredMessage each : all) {
            traffic.letGo(each.message().length);
        }
        return all;
    }
}
