package dev.hawser.nats;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.brokers.Disturbance;
import dev.hawser.brokers.FailureRun;
import dev.hawser.brokers.FailureWorld;
import dev.hawser.brokers.NatsServer;
import dev.hawser.brokers.TwoNodes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of topics while NATS fails, a second each; {@code mvn -Pfailures} measures it for longer. */
class NatsFailuresTest {
    private static final long STORAGE = 64 << 20;
    /** With how many bytes the storage is filled: by default NATS takes no message of more than 1 MiB. */
    private static final List<Integer> SIZES = List.of(1_000_000, 10_000, 1);

    @RegisterExtension
    final TwoNodes nodes = new TwoNodes(new NatsServer(STORAGE), (topics, nats) -> {
        topics.connect(new NatsBackplane(nats));
    });

    private String ask(String subject, String body) throws IOException {
        return NatsServer.ask(nodes.broker().port(), subject, body);
    }

    /** A stream of somebody else takes all room that JetStream has left. */
    private void fill() throws IOException {
        String made = ask("$JS.API.STREAM.CREATE.FILLER", "{\"name\":\"FILLER\",\"subjects\":[\"filler\"]}");
        assertTrue(made.contains("\"config\""), made);
        for (int size : SIZES) {
            String answer = "";
            while (!answer.contains("\"error\"")) {
                answer = ask("filler", "x".repeat(size));
            }
            assertTrue(answer.contains("insufficient resources"), answer);
        }
    }

    private void empty() throws IOException {
        String deleted = ask("$JS.API.STREAM.DELETE.FILLER", "");
        assertTrue(deleted.contains("\"success\":true"), deleted);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS) // the profile plays each failure for a minute
    void topicsWhileNatsFails() throws Exception {
        FailureWorld world = new FailureWorld(nodes);
        FailureRun run = world.playCommon();
        run.play(new Disturbance("storage of NATS full", this::fill, this::empty));
        world.report("NATS");
    }
}
