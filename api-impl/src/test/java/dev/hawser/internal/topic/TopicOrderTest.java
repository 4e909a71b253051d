package dev.hawser.internal.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The order of a topic while publishers publish at once and subscribers come and go. Before each step a thread goes on,
 * spins or sleeps for some microseconds, as a seed decides, so that the schedules differ from round to round.
 */
class TopicOrderTest {
    private static final int ROUNDS = 12;
    private static final int PUBLISHERS = 3;
    private static final int MESSAGES = 150;
    private static final int GUESTS = 3;
    private static final int STAYS = 8;

    private final TopicWorld world = new TopicWorld();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService network = Executors.newFixedThreadPool(2);
    /** By publisher, how many of its messages have begun to be published, and how many calls have returned. */
    private final AtomicIntegerArray begun = new AtomicIntegerArray(PUBLISHERS);

    private final AtomicIntegerArray returned = new AtomicIntegerArray(PUBLISHERS);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        network.shutdownNow();
        world.close();
    }

    /**
     * The time that one session was subscribed, by counts of each publisher's messages.
     *
     * @param before were published when it began to subscribe, so it gets none of them
     * @param first had begun to be published when it had subscribed: from this one on it gets all
     * @param last were published when it began to unsubscribe: up to this one it gets all
     * @param behind had begun to be published when it had unsubscribed, so it gets none from this one on
     */
    private record Stay(Peer peer, int[] before, int[] first, int[] last, int[] behind) {}

    @Test
    void eachSubscriberHasAnUnbrokenPieceOfOneOrderWithAllThatWasPublishedMeanwhile() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String topic = "round " + round;
            Peer witness = connect();
            Topics topics = Topics.of(witness.session());
            topics.subscribe(witness.session(), topic);
            List<Stay> stays = play(topics, topic, round);
            TopicWorld.await("all have come", () -> witness.received().size() == PUBLISHERS * MESSAGES);
            List<String> order = witness.received();
            for (int p = 0; p < PUBLISHERS; p++) {
                assertEquals(IntStream.range(0, MESSAGES).boxed().toList(), of(p, order));
            }
            for (Stay stay : stays) {
                assertPieceOf(order, stay);
            }
        }
    }

    private Peer connect() {
        Peer peer = world.connect();
        peer.transport.writesEndOn(network);
        return peer;
    }

    private List<Stay> play(Topics topics, String topic, int seed) throws Exception {
        List<Stay> stays = Collections.synchronizedList(new ArrayList<>());
        List<Future<?>> actors = new ArrayList<>();
        for (int p = 0; p < PUBLISHERS; p++) {
            begun.set(p, 0);
            returned.set(p, 0);
        }
        for (int p = 0; p < PUBLISHERS; p++) {
            int publisher = p;
            Random random = new Random(1000L * seed + p);
            actors.add(threads.submit(() -> {
                for (int i = 0; i < MESSAGES; i++) {
                    perturb(random);
                    begun.incrementAndGet(publisher);
                    topics.publish(topic, publisher + " " + i);
                    returned.incrementAndGet(publisher);
                }
            }));
        }
        for (int g = 0; g < GUESTS; g++) {
            Random random = new Random(1000L * seed + 500 + g);
            actors.add(threads.submit(() -> {
                for (int i = 0; i < STAYS; i++) {
                    stays.add(stay(topics, topic, random));
                }
            }));
        }
        for (Future<?> actor : actors) {
            actor.get(60, TimeUnit.SECONDS);
        }
        return stays;
    }

    private Stay stay(Topics topics, String topic, Random random) {
        Peer guest = connect();
        perturb(random);
        int[] before = counts(returned);
        topics.subscribe(guest.session(), topic);
        int[] first = counts(begun);
        for (int i = 0; i < 5; i++) {
            perturb(random);
        }
        int[] last = counts(returned);
        topics.unsubscribe(guest.session(), topic);
        return new Stay(guest, before, first, last, counts(begun));
    }

    private static int[] counts(AtomicIntegerArray of) {
        int[] counts = new int[PUBLISHERS];
        for (int p = 0; p < PUBLISHERS; p++) {
            counts[p] = of.get(p);
        }
        return counts;
    }

    private static void perturb(Random random) {
        switch (random.nextInt(3)) {
            case 0 -> LockSupport.parkNanos(1 + random.nextInt(50_000));
            case 1 -> {
                for (int i = random.nextInt(2_000); i > 0; i--) {
                    Thread.onSpinWait();
                }
            }
            default -> {
                // goes on at once
            }
        }
    }

    private static void assertPieceOf(List<String> order, Stay stay) {
        TopicWorld.await("what was published has come", () -> hasAll(stay));
        List<String> received = stay.peer().received();
        int at = received.isEmpty() ? 0 : order.indexOf(received.get(0));
        assertEquals(order.subList(at, at + received.size()), received, "an unbroken piece of the order");
        for (int p = 0; p < PUBLISHERS; p++) {
            for (int number : of(p, received)) {
                assertTrue(
                        number >= stay.before()[p] && number < stay.behind()[p],
                        p + " " + number + " was published before or after the stay");
            }
        }
    }

    private static boolean hasAll(Stay stay) {
        List<String> received = stay.peer().received();
        for (int p = 0; p < PUBLISHERS; p++) {
            List<Integer> numbers = of(p, received);
            for (int number = stay.first()[p]; number < stay.last()[p]; number++) {
                if (!numbers.contains(number)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static List<Integer> of(int publisher, List<String> messages) {
        String beginning = "text:" + publisher + " ";
        return messages.stream()
                .filter(message -> message.startsWith(beginning))
                .map(message -> Integer.valueOf(message.substring(beginning.length())))
                .toList();
    }
}
