package dev.hawser.examples.chat;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /chat?name=Ada}: one room for everybody.
 *
 * <p>A member sends
 *
 * <ul>
 *   <li>{@code say Hello!} as text: the rest of the message is shown to everybody,
 *   <li>{@code ping 42} as text: answered to the sender alone, to measure the round trip,
 *   <li>a file as one binary message, see {@link SharedFile}.
 * </ul>
 *
 * <p>The server sends JSON objects as text, told apart by their {@code type}: {@code welcome} (the name the member got,
 * who is here, the largest file), {@code join}, {@code leave}, {@code text}, {@code pong}, {@code sent} (a file was
 * passed on) and {@code error}. Only the server writes {@code type} and {@code from}, so nobody can speak as somebody
 * else. A file arrives as one binary message: the length of the header in two bytes, the header as JSON, the content.
 *
 * <p>A name that is not acceptable ends the connection with 1008, a message that is too large with 1009, and a member
 * who receives too slowly is disconnected with 1013. There is one instance per connection, and the container never
 * calls it from two threads at once.
 */
@ServerEndpoint("/chat")
public final class ChatEndpoint {
    /** The largest file, in bytes: 8 MiB. */
    static final int MAX_FILE_BYTES = 8 << 20;

    /** The largest header of a file, in bytes. */
    static final int MAX_HEADER_BYTES = 1024;

    private static final int MAX_TEXT_BYTES = 16 << 10;
    private static final int MAX_NAME_CHARACTERS = 32;

    private static final Logger LOGGER = System.getLogger("dev.hawser.examples.chat");
    private static final Room ROOM = new Room(Clock.systemUTC());

    private @Nullable Member member; // confined to the callbacks of one session

    /** Lets a new member in, under the name in the query string. */
    @OnOpen
    public void open(Session session) throws IOException {
        List<String> names = session.getRequestParameterMap().getOrDefault("name", List.of());
        String name = names.isEmpty() ? "" : names.get(0).strip().replaceAll("\\s+", " ");
        if (isAcceptable(name)) {
            member = ROOM.join(name, session);
        } else {
            session.close(new CloseReason(
                    CloseCodes.VIOLATED_POLICY,
                    "a name has 1 to " + MAX_NAME_CHARACTERS + " characters, all of them visible"));
        }
    }

    /** Handles a command; its argument follows the first space. */
    @OnMessage(maxMessageSize = MAX_TEXT_BYTES)
    public void text(String message) {
        if (member == null) {
            return; // open() has refused the member, and the connection is closing
        }
        int space = message.indexOf(' ');
        String command = space < 0 ? message : message.substring(0, space);
        String rest = space < 0 ? "" : message.substring(space + 1);
        switch (command) {
            case "say" -> ROOM.say(member, rest);
            case "ping" -> ROOM.tell(member, ROOM.message("pong").put("token", rest));
            default -> ROOM.tell(member, complaint("A text message begins with \"say \" or \"ping \"."));
        }
    }

    /** Passes on a file. */
    @OnMessage(maxMessageSize = 2 + MAX_HEADER_BYTES + MAX_FILE_BYTES)
    public void file(ByteBuffer message) {
        if (member == null) {
            return;
        }
        try {
            ROOM.share(member, SharedFile.read(message));
        } catch (IllegalArgumentException e) {
            ROOM.tell(member, complaint(String.valueOf(e.getMessage())));
        }
    }

    /** Tells the other members; called whatever ended the connection. */
    @OnClose
    public void close() {
        if (member != null) {
            ROOM.leave(member);
        }
    }

    /** Connections break, so this only logs for debugging; close() does the rest. */
    @OnError
    public void error(Session session, Throwable cause) {
        LOGGER.log(Level.DEBUG, () -> "session " + session.getId() + " failed", cause);
    }

    private static JsonObject complaint(String text) {
        return ROOM.message("error").put("text", text);
    }

    /** Refuses control and format characters: with them a name could look like another one, or be invisible. */
    private static boolean isAcceptable(String name) {
        int length = name.codePointCount(0, name.length());
        return length >= 1 && length <= MAX_NAME_CHARACTERS && !name.matches("(?s).*[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}].*");
    }
}
