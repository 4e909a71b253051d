package dev.hawser.examples.chat;

import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The members, and the one order in which all of them see what happens. Thread-safe.
 *
 * <p>Messages are put into the members' queues under the lock, and sent after its release, so that no member's network
 * can delay others.
 */
final class Room {
    private final Clock clock;
    private final List<Member> members = new ArrayList<>(); // guarded by this

    Room(Clock clock) {
        this.clock = clock;
    }

    /** Lets a member in. Two members never have the same name: the second Ada becomes "Ada 2". */
    Member join(String wantedName, Session session) {
        Member member;
        List<Member> others;
        synchronized (this) {
            others = List.copyOf(members);
            member = new Member(unusedName(wantedName), session, this::leave);
            members.add(member);
            List<String> names = members.stream().map(Member::name).toList();
            member.add(text(message("welcome")
                    .put("name", member.name())
                    .put("members", names)
                    .put("maxFileBytes", ChatEndpoint.MAX_FILE_BYTES)));
            Outgoing notice = text(message("join").put("name", member.name()).put("count", names.size()));
            others.forEach(other -> other.add(notice));
        }
        member.drain();
        others.forEach(Member::drain);
        return member;
    }

    /** Removes a member and tells the others. Does nothing if the member has already left. */
    void leave(Member member) {
        List<Member> others;
        synchronized (this) {
            if (!members.remove(member)) {
                return;
            }
            others = List.copyOf(members);
            Outgoing notice = text(message("leave").put("name", member.name()).put("count", others.size()));
            others.forEach(other -> other.add(notice));
        }
        others.forEach(Member::drain);
    }

    /** Sends a text to all members, the author included, who thereby sees that it has arrived. */
    void say(Member author, String text) {
        send(text(message("text").put("from", author.name()).put("text", text)), member -> true);
    }

    /** Sends a file to all other members, and a receipt to its sender. */
    void share(Member sender, SharedFile file) {
        byte[] header = message("file")
                .put("from", sender.name())
                .put("name", file.name())
                .put("mediaType", file.mediaType())
                .put("size", file.content().remaining())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        // Copied, because the container may reuse its buffer after the callback, and the sends go on after it.
        ByteBuffer message = ByteBuffer.allocate(
                        2 + header.length + file.content().remaining())
                .putShort((short) header.length)
                .put(header)
                .put(file.content().duplicate())
                .flip();
        send(new Outgoing.Binary(message), member -> member != sender);
        tell(sender, message("sent").put("name", file.name()));
    }

    /** Sends a message to one member. */
    void tell(Member member, JsonObject message) {
        member.add(text(message));
        member.drain();
    }

    /** Starts a message of a type, stamped with the time in milliseconds since 1970. */
    JsonObject message(String type) {
        return new JsonObject().put("type", type).put("time", clock.millis());
    }

    private void send(Outgoing message, Predicate<Member> to) {
        List<Member> receivers;
        synchronized (this) {
            receivers = members.stream().filter(to).toList();
            receivers.forEach(member -> member.add(message));
        }
        receivers.forEach(Member::drain);
    }

    /** Call with the lock held. */
    private String unusedName(String wanted) {
        String name = wanted;
        for (int n = 2; isTaken(name); n++) {
            name = wanted + " " + n;
        }
        return name;
    }

    private boolean isTaken(String name) {
        return members.stream().anyMatch(member -> member.name().equalsIgnoreCase(name));
    }

    private static Outgoing text(JsonObject message) {
        return new Outgoing.Text(message.toString());
    }
}
