package dev.hawser.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SubjectsTest {
    private final Subjects subjects = new Subjects("hawser");

    @Test
    void eachNameOfATopicIsOneTokenAndComesBack() {
        for (String name :
                List.of("a", "room/7", "a.b.c", ">", "with space", "=", "=41", "Zürich", "\uD83D\uDE80", "$x", "%")) {
            String subject = subjects.delivered(name);
            assertTrue(subject.matches("hawser\\.to\\.[A-Za-z0-9_/=-]+"), subject);
            assertEquals(name, subjects.topic(subject));
        }
        assertEquals("hawser.to.room/7", subjects.delivered("room/7"));
        assertEquals("hawser.log.10.5000.a=2Eb", subjects.stored(new Limits(10, 5000), "a.b"));
    }

    @Test
    void theLongestNameFitsIntoALineOfTheProtocol() {
        assertTrue(subjects.stored(new Limits(Integer.MAX_VALUE, Long.MAX_VALUE), "\uFFFD".repeat(255))
                        .length()
                < 3000);
    }

    @Test
    void aSubjectThatIsNotOursIsNoTopic() {
        assertNull(subjects.topic("hawser.log.1.1.a"));
        assertNull(subjects.topic("hawser.to.a=4"));
        assertNull(subjects.topic("hawser.to.a=zz"));
    }

    @Test
    void aPrefixIsPartOfTheNamesOfStreams() {
        for (String wrong : List.of("", "a.b", "a-b", "a b", ">")) {
            assertThrows(IllegalArgumentException.class, () -> new Subjects(wrong));
        }
    }
}
