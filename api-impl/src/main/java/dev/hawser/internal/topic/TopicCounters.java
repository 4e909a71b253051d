package dev.hawser.internal.topic;

import dev.hawser.topic.TopicCounts;
import java.util.concurrent.atomic.LongAdder;

/** The counters for all topics of a container. Thread-safe. */
final class TopicCounters {
    final LongAdder published = new LongAdder();
    final LongAdder delivered = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder closed = new LongAdder();

    TopicCounts counts() {
        return new TopicCounts(published.sum(), delivered.sum(), dropped.sum(), closed.sum());
    }
}
