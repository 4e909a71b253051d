package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.topic.TopicOptions;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A feed reads its history, although the JVM has no memory at the wrong moment. */
class FeedErrorsTest {
    private final FakeBroker broker = new FakeBroker();
    private final TopicWorld world = new TopicWorld();
    private final FailingTopic topic = new FailingTopic();
    private final BackplaneLink link = new BackplaneLink(
            broker.node(true),
            name -> topic.feed,
            world.runtime.resources().timer(),
            new Steps(world.runtime.dispatcher()),
            Runnable::run,
            new BackplaneTraffic(1 << 20),
            1000);

    @AfterEach
    void end() {
        world.close();
        broker.close();
    }

    /** A topic without members. */
    private final class FailingTopic implements FeedTopic, FeedHistory {
        private @Nullable TopicFeed feed;
        private volatile int failures;
        private volatile @Nullable TopicHistory history;

        @Override
        public String name() {
            return "t";
        }

        @Override
        public TopicOptions options() {
            return TopicOptions.live().history(10, Duration.ofMinutes(5));
        }

        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public boolean keeps() {
            return true;
        }

        @Override
        public synchronized void underLock(Consumer<Attention> step) {
            step.accept(new Attention(world.runtime.dispatcher()));
        }

        @Override
        public void passToAll(Publication message, boolean stored, Attention attention) {}

        @Override
        public void tellGap(TopicHistory where, Attention attention) {}

        @Override
        public void judge(Member member, Wishes.@Nullable Wish wish, Attention attention) {}

        @Override
        public void trim(TopicHistory trimmed) {}

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads at a time
        public @Nullable TopicHistory history() {
            if (failures > 0) {
                failures--;
                throw new OutOfMemoryError("as the test wants it");
            }
            return history;
        }

        @Override
        public void history(TopicHistory begun) {
            history = begun;
        }
    }

    private TopicFeed begun() {
        link.start();
        TopicFeed feed = new TopicFeed(topic, topic, link, world.runtime.dispatcher());
        topic.feed = feed;
        return feed;
    }

    @Test
    void anErrorInTheFirstStepOfAReadIsFollowedByAnotherRead() {
        TopicFeed feed = begun();
        topic.failures = 1;
        feed.subscribed();
        await("it has read", () -> topic.history != null);
    }

    @Test
    void anErrorWhenAFailedReadIsTriedAgainIsFollowedByAnotherRead() {
        TopicFeed feed = begun();
        broker.away = true;
        feed.subscribed();
        broker.settle();
        await("it has failed", feed::isUnknown);
        topic.failures = 3;
        broker.away = false;
        await("it has read", () -> topic.history != null);
    }

    @Test
    void messagesThatWaitForEarlierOnesAreBoundedInBytes() {
        BackplaneTraffic traffic = new BackplaneTraffic(10_000);
        assertTrue(traffic.holds(9000));
        assertFalse(traffic.holds(1000));
        traffic.letGo(9000);
        assertTrue(traffic.holds(20_000), "one may always wait");
        traffic.letGo(20_000);
        assertEquals(0, traffic.held());
    }
}
