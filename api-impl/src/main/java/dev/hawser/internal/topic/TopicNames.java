package dev.hawser.internal.topic;

/** The rules for names of topics. */
final class TopicNames {
    private static final int LONGEST = 255;

    private TopicNames() {}

    /**
     * @throws IllegalArgumentException if the name is not valid. The message does not contain the name, which a peer
     *     may have chosen
     */
    static void check(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a topic's name has 1 to " + LONGEST + " characters, and not " + name.length());
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '*' || Character.isISOControl(name.charAt(i))) {
                throw new IllegalArgumentException(
                        "a topic's name has neither control characters nor *, as the one at " + i);
            }
        }
    }
}
