package dev.hawser.examples.chat;

import dev.hawser.EndpointSettings;
import dev.hawser.examples.json.JsonObject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /chat?name=Ada&room=harbour}: three rooms for everybody. In a room each name is there once: the second Ada
 * becomes "Ada 2". With {@code pass=}, from the last welcome or pong, a page that comes back keeps its name.
 *
 * <p>A member sends
 *
 * <ul>
 *   <li>{@code say Hello!} as text: the rest of the message is shown to everybody in the room,
 *   <li>{@code ping 42} as text: answered to the sender alone, to measure the round trip,
 *   <li>a file as one binary message, see {@link SharedFile}.
 * </ul>
 *
 * <p>Over the subprotocol {@code hawser.topics.v1} the page gets what is said in its room as messages of a topic, is
 * told who joins and leaves, and gets what it has missed when it comes back, perhaps to another node. Without the
 * subprotocol it gets the same texts and files, and nothing else. They are JSON objects, told apart by their {@code
 * type}: {@code text} in the topic; {@code welcome} (name, pass, room, node, the largest file), {@code pong} (with a
 * pass), {@code sent} (a file was passed on) and {@code error} ({@code "of":"file"} if it is the answer to a file) to
 * one page alone. Only the server writes {@code type} and {@code from}, so nobody can speak as somebody else who is
 * there; {@link Room#join} and {@link Pass} say how far that goes. There are no accounts: a name is free again when its
 * owner has left. A file arrives as one binary message: the length of the header in two bytes, the
 * header as JSON, the content.
 *
 * <p>A name or room that is not acceptable ends the connection with 1008, names of other nodes that are not known with
 * 1013, a message that is too large with 1009, and a
 * member who receives too slowly is disconnected with 1013. There is one instance per connection, and the container
 * never calls it from two threads at once.
 */
@ServerEndpoint(value = "/chat", subprotocols = "hawser.topics.v1")
@EndpointSettings("outboundBytes=32MiB") // a few files may wait for a slow page
public final class ChatEndpoint {
    /** The largest file, in bytes: 8 MiB. */
    static final int MAX_FILE_BYTES = 8 << 20;

    /** The largest header of a file, in bytes. */
    static final int MAX_HEADER_BYTES = 1024;

    private static final int MAX_TEXT_BYTES = 16 << 10;
    static final int MAX_NAME_CHARACTERS = 32;

    private static final Logger LOGGER = System.getLogger("dev.hawser.examples.chat");

    /** The name of the member, and the room; null if {@link #open} has refused it. Confined to the callbacks. */
    private @Nullable String member;

    private Room room = new Room("harbour");

    /** Lets a new member in, under the name and into the room of the query string. */
    @OnOpen
    public void open(Session session) throws IOException {
        String name = parameter(session, "name").strip().replaceAll("\\s+", " ");
        String wanted = parameter(session, "room");
        if (!isAcceptable(name)) {
            refuse(session, "a name has 1 to " + MAX_NAME_CHARACTERS + " characters, all of them visible");
        } else if (!wanted.isEmpty() && !Room.exists(wanted)) {
            refuse(session, "there is no such room");
        } else {
            room = wanted.isEmpty() ? room : new Room(wanted);
            try {
                member = room.join(name, parameter(session, "pass"), session);
            } catch (IOException e) {
                LOGGER.log(Level.DEBUG, () -> "session " + session.getId() + " was not let in", e);
                session.close(new CloseReason(CloseCodes.TRY_AGAIN_LATER, String.valueOf(e.getMessage())));
            }
        }
    }

    private static String parameter(Session session, String name) {
        List<String> values = session.getRequestParameterMap().getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.get(0);
    }

    private static void refuse(Session session, String why) throws IOException {
        session.close(new CloseReason(CloseCodes.VIOLATED_POLICY, why));
    }

    /** Handles a command; its argument follows the first space. */
    @OnMessage(maxMessageSize = MAX_TEXT_BYTES)
    public void text(String message, Session session) throws IOException {
        if (member == null) {
            return; // open() has refused the member, and the connection is closing
        }
        int space = message.indexOf(' ');
        String command = space < 0 ? message : message.substring(0, space);
        String rest = space < 0 ? "" : message.substring(space + 1);
        switch (command) {
            case "say" -> room.say(member, rest, session);
            case "ping" -> room.pong(member, rest, session);
            default -> Room.tell(session, complaint("A text message begins with \"say \" or \"ping \"."));
        }
    }

    /** Passes on a file. */
    @OnMessage(maxMessageSize = 2 + MAX_HEADER_BYTES + MAX_FILE_BYTES)
    public void file(ByteBuffer message, Session session) throws IOException {
        if (member == null) {
            return;
        }
        try {
            room.share(member, SharedFile.read(message), session);
        } catch (IllegalArgumentException e) {
            Room.tell(session, complaint(String.valueOf(e.getMessage())).put("of", "file"));
        }
    }

    /** Connections break, so this only logs for debugging; the membership ends with the session. */
    @OnError
    public void error(Session session, Throwable cause) {
        LOGGER.log(Level.DEBUG, () -> "session " + session.getId() + " failed", cause);
    }

    private static JsonObject complaint(String text) {
        return Room.message("error").put("text", text);
    }

    /** Refuses control and format characters: with them a name could look like another one, or be invisible. */
    private static boolean isAcceptable(String name) {
        int length = name.codePointCount(0, name.length());
        return length >= 1 && length <= MAX_NAME_CHARACTERS && !name.matches("(?s).*[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}].*");
    }
}
