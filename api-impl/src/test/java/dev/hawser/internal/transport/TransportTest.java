package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The room behind the limit of a buffer with unread bytes, which each transport reads into. */
class TransportTest {
    private static ByteBuffer unread(String bytes, int position, int limit) {
        return ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8))
                .position(position)
                .limit(limit);
    }

    private static void assertHolds(String text, int limit, ByteBuffer buffer) {
        assertEquals(text, StandardCharsets.UTF_8.decode(buffer.duplicate()).toString());
        assertEquals(limit, buffer.limit());
    }

    @Test
    void aBufferWithoutUnreadBytesIsFilledFromItsBeginning() {
        ByteBuffer buffer = unread("abcd", 3, 3);
        Transport.makeRoom(buffer);
        assertEquals(0, buffer.position());
        assertHolds("", 0, buffer);
    }

    @Test
    void unreadBytesStayWhereTheyAreIfThereIsRoomBehindThem() {
        ByteBuffer buffer = unread("abcd", 1, 3);
        Transport.makeRoom(buffer);
        assertEquals(1, buffer.position());
        assertHolds("bc", 3, buffer);
    }

    @Test
    void unreadBytesAtTheEndMoveToTheBeginning() {
        ByteBuffer buffer = unread("abcd", 3, 4);
        Transport.makeRoom(buffer);
        assertHolds("d", 1, buffer);
    }

    @Test
    void aBufferThatIsFullOfUnreadBytesIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Transport.makeRoom(unread("abcd", 0, 4)));
    }
}
