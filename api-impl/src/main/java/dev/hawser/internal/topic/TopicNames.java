package dev.hawser.internal.topic;

import java.nio.charset.StandardCharsets;

/** The rules for names of topics. */
final class TopicNames {
    private static final int LONGEST = 255;

    private TopicNames() {}

    /** @throws IllegalArgumentException if the name of a member is not valid. The message does not contain it */
    static void checkMember(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a member's name has 1 to " + LONGEST + " characters, and not " + name.length());
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name) || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a member's name must not have control characters or half a surrogate pair");
        }
    }

    /**
     * @throws IllegalArgumentException if the name is not valid. The message does not contain the name, which a peer
     *     may have chosen
     */
    static void check(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a topic's name has 1 to " + LONGEST + " characters, and not " + name.length());
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException(
                    "a topic's name must not have half a surrogate pair, which UTF-8 cannot express");
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '*' || Character.isISOControl(name.charAt(i))) {
                throw new IllegalArgumentException(
                        "a topic's name must not have control characters or *, as at position " + i);
            }
        }
    }
}
