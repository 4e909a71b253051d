package dev.hawser.internal.topic;

import dev.hawser.topic.Published;

/** How many sessions took a message, and how many did not. */
record Outcome(int delivered, int failed) implements Published {
    static final Outcome NOBODY = new Outcome(0, 0);
}
