package dev.hawser.examples.chat;

import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/**
 * One room, on all nodes: two topics. {@code room/NAME} has the texts, which are kept so that a page that comes back
 * gets what it has missed, and the members. {@code files/NAME} has the files, which are too large to keep.
 *
 * <p>Thread-safe, and without a state of its own: the topics have it.
 */
record Room(String name) {
    private static final int KEPT_TEXTS = 200;
    private static final Duration KEPT_FOR = Duration.ofHours(1);
    private static final int MOST_NAMED = 50;
    private static final Clock CLOCK = Clock.systemUTC();

    /** Called once, when the application starts. */
    static void configure(Topics topics) {
        topics.configure(
                "room/*", TopicOptions.live().history(KEPT_TEXTS, KEPT_FOR).presence(MOST_NAMED));
    }

    private String texts() {
        return "room/" + name;
    }

    private String files() {
        return "files/" + name;
    }

    /** Lets a session in. Its page is told who is there, and the others that it has come. */
    void join(String member, Session session) throws IOException {
        tell(
                session,
                message("welcome")
                        .put("name", member)
                        .put("room", name)
                        .put("node", System.getProperty("demo.node", ""))
                        .put("maxFileBytes", ChatEndpoint.MAX_FILE_BYTES));
        Topics topics = Topics.of(session);
        topics.subscribe(session, files());
        topics.join(session, texts(), member);
    }

    /** Sends a text to all members, the author included, who thereby sees that it has arrived. */
    void say(String author, String text, Session from) {
        JsonObject said = message("text").put("from", author).put("text", text);
        Topics.of(from).publish(texts(), said.toString()).whenComplete((published, failure) -> {
            if (failure != null) { // with several nodes: Redis is away
                tellUnlessClosed(from, message("error").put("text", "Not sent: " + said(failure)));
            }
        });
    }

    private static String said(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return String.valueOf(cause.getMessage());
    }

    /** Sends a file to all other members, and a receipt to its sender. */
    void share(String sender, SharedFile file, Session from) throws IOException {
        byte[] header = message("file")
                .put("from", sender)
                .put("name", file.name())
                .put("mediaType", file.mediaType())
                .put("size", file.content().remaining())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(
                        2 + header.length + file.content().remaining())
                .putShort((short) header.length)
                .put(header)
                .put(file.content().duplicate())
                .flip();
        Topics.of(from).publish(files(), message, PublishOptions.toAll().except(from));
        tell(from, message("sent").put("name", file.name()));
    }

    /** Sends a message to one session. */
    static void tell(Session session, JsonObject message) throws IOException {
        session.getBasicRemote().sendText(message.toString());
    }

    private static void tellUnlessClosed(Session session, JsonObject message) {
        session.getAsyncRemote().sendText(message.toString(), result -> {});
    }

    /** Starts a message of a type, stamped with the time in milliseconds since 1970. */
    static JsonObject message(String type) {
        return new JsonObject().put("type", type).put("time", CLOCK.millis());
    }
}
