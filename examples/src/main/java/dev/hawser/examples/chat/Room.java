package dev.hawser.examples.chat;

import dev.hawser.examples.json.JsonObject;
import dev.hawser.topic.Presence;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.Published;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
    private static final Duration NAMES_WITHIN = Duration.ofSeconds(3);
    private static final Clock CLOCK = Clock.systemUTC();

    /** The rooms of the page. Strangers must not name topics with history: they could fill the memory. */
    private static final Set<String> NAMES = Set.of("harbour", "workshop", "galley");

    /** Held while a name is chosen and taken, so that two sessions of this node do not take the same one. */
    private static final Object NAMING = new Object();

    Room {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("not a room");
        }
    }

    static boolean exists(String name) {
        return NAMES.contains(name);
    }

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

    /**
     * Lets a session in, under a name that nobody else in the room has: the second Ada becomes "Ada 2". That is so on
     * all nodes, except for those who come to two nodes within the moment in which nodes tell each other.
     *
     * @param pass of the earlier connection of the same page, which keeps its name; empty if there was none
     * @return the name
     * @throws IOException if the other nodes cannot be asked for the names: try again later
     */
    String join(String wanted, String pass, Session session) throws IOException {
        Topics topics = Topics.of(session);
        if (Pass.isGood(pass, name, wanted, CLOCK.millis())) {
            enter(wanted, session);
            return wanted;
        }
        Presence known = present(topics); // may ask the broker, so not under the lock
        synchronized (NAMING) {
            Presence now = topics.present(texts()).toCompletableFuture().getNow(known);
            Set<String> taken = new HashSet<>();
            known.members().forEach(each -> taken.add(comparable(each)));
            now.members().forEach(each -> taken.add(comparable(each)));
            boolean unnamed =
                    known.members().size() < known.count() || now.members().size() < now.count();
            String member = unusedName(wanted, taken, unnamed);
            enter(member, session);
            return member;
        }
    }

    private Presence present(Topics topics) throws IOException {
        try {
            return topics.present(texts()).toCompletableFuture().get(NAMES_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("who is in the room is not known", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** With too many members to name them, which names are taken is not known: a number is drawn. */
    private static String unusedName(String wanted, Set<String> taken, boolean drawn) {
        String member = drawn ? numbered(wanted, ThreadLocalRandom.current().nextInt(100_000, 1_000_000)) : wanted;
        for (int n = 2; taken.contains(comparable(member)); n++) {
            member = numbered(wanted, n);
        }
        return member;
    }

    private static String numbered(String wanted, int n) {
        String suffix = " " + n;
        int kept =
                Math.min(wanted.codePointCount(0, wanted.length()), ChatEndpoint.MAX_NAME_CHARACTERS - suffix.length());
        return wanted.substring(0, wanted.offsetByCodePoints(0, kept)) + suffix;
    }

    /** Names that look alike to most are one. */
    private static String comparable(String member) {
        return Normalizer.normalize(member, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    /** The page is told who is there, and the others that it has come. */
    private void enter(String member, Session session) {
        JsonObject welcome = message("welcome")
                .put("name", member)
                .put("pass", Pass.of(name, member, CLOCK.millis()))
                .put("room", name)
                .put("node", System.getProperty("demo.node", ""))
                .put("maxFileBytes", ChatEndpoint.MAX_FILE_BYTES);
        tellUnlessClosed(session, welcome); // does not wait, since others wait for the lock
        Topics topics = Topics.of(session);
        topics.subscribe(session, files());
        topics.join(session, texts(), member);
    }

    /** Answers a page that measures the round trip; its pass stays good. */
    void pong(String member, String token, Session session) throws IOException {
        tell(
                session,
                message("pong")
                        .put("pass", Pass.of(name, member, CLOCK.millis()))
                        .put("token", token));
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

    /** Sends a file to all other members, and to its sender a receipt when it is on its way to all nodes. */
    void share(String sender, SharedFile file, Session from) {
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
        Topics.of(from)
                .publish(files(), message, PublishOptions.toAll().except(from))
                .thenCompose(Published::elsewhere)
                .whenComplete((done, failure) -> tellUnlessClosed(
                        from,
                        failure == null
                                ? message("sent").put("name", file.name())
                                : message("error")
                                        .put("of", "file")
                                        .put("text", file.name() + " has not reached all: " + said(failure))));
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
