package dev.hawser.brokers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two nodes, each of which reaches the broker through a network of its own, for the runs of failures. */
public final class FailureWorld {
    private final BrokerServer broker;
    private final FaultyProxy network;
    private final FaultyProxy otherNetwork;
    private final Node alone;
    private final FailureRun run;

    /** Begins with the nodes of a test. */
    public FailureWorld(TwoNodes nodes) throws Exception {
        broker = nodes.broker();
        network = nodes.opened(new FaultyProxy(broker.port()));
        otherNetwork = nodes.opened(new FaultyProxy(broker.port()));
        Node first = nodes.behind(network);
        Node second = nodes.behind(otherNetwork);
        Client.await(
                "the nodes are connected",
                () -> first.topics.backplane().connected()
                        && second.topics.backplane().connected());
        alone = nodes.opened(new Node(topics -> {}));
        run = new FailureRun(first, second, seconds());
    }

    private static double seconds() {
        return Double.parseDouble(System.getProperty("test.failures.seconds", "1"));
    }

    /** Plays what can happen to any broker. */
    public FailureRun playCommon() throws Exception {
        run.warmUp();
        run.playAlone(alone);
        run.play(Disturbance.none("broker healthy"));
        run.play(new Disturbance("broker stopped", broker::stop, broker::start));
        run.play(new Disturbance("broker restarted twice", this::restart, this::restart));
        run.play(new Disturbance("broker stands still (SIGSTOP)", broker::pause, broker::resume));
        run.play(new Disturbance("broker slow (200 ms each way)", () -> delay(200), () -> delay(0)));
        run.play(new Disturbance("node cut off from the broker", network::vanishes, network::comesBack));
        return run;
    }

    /** How many connections the first node has opened. */
    public int connections() {
        return network.connections();
    }

    private void restart() throws Exception {
        broker.stop();
        broker.start();
    }

    private void delay(long millis) {
        network.delay(millis);
        otherNetwork.delay(millis);
    }

    /** Prints the table, and writes it to where a page has it, if the property {@code test.failures.page} names one. */
    public void report(String brokerName) throws IOException {
        String table = run.table();
        System.out.println(table);
        String page = System.getProperty("test.failures.page", "");
        if (!page.isEmpty()) {
            String begin = "<!-- failures of " + brokerName + " -->\n";
            String text = Files.readString(Path.of(page));
            int from = text.indexOf(begin) + begin.length();
            int to = text.indexOf("<!-- end -->", from);
            assertTrue(from >= begin.length() && to >= from, "the page has a place for the table");
            Files.writeString(Path.of(page), text.substring(0, from) + table + text.substring(to));
        }
    }
}
