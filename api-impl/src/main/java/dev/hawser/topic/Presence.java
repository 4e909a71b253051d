package dev.hawser.topic;

import java.util.Set;

/**
 * Who is in a topic, at one moment.
 *
 * <pre>{@code
 * topics.present("room/7").thenAccept(here -> show(here.count() + " are here: " + here.members()));
 * }</pre>
 *
 * @param count how many members there are. While there are too many to name, one who is on two nodes may count twice
 * @param members their names, in no order; empty if there are more than {@link TopicOptions#presence} allows
 * @since 0.1.0
 */
public record Presence(int count, Set<String> members) {
    public Presence {
        members = Set.copyOf(members);
    }
}
