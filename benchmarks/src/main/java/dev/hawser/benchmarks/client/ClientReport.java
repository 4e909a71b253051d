package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.comparison.Bars;
import dev.hawser.benchmarks.comparison.Machine;
import dev.hawser.benchmarks.comparison.Markdown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the results: tables with their explanation, which are the rest of a page of the documentation. */
final class ClientReport {
    private static final String TEMPLATE = "clients.md";
    private static final String PAGE = "performance-client.md";
    /** What is above this line of the page is written by hand, and stays. */
    static final String BELOW =
            "<!-- The rest of this page is written by mvn -Pbench-client verify -DskipTests -Dclient.docs=docs. -->";

    private final ClientResults results;
    private final Machine machine;
    private final ClientOptions options;

    ClientReport(ClientResults results, Machine machine, ClientOptions options) {
        this.results = results;
        this.machine = machine;
        this.options = options;
    }

    /**
     * Writes to the output folder, and to the documentation if {@code client.docs} is set.
     *
     * @throws IOException also if the page of the documentation has no line above which it is written by hand
     */
    void write() throws IOException {
        Files.createDirectories(options.output());
        Files.writeString(options.output().resolve(TEMPLATE), page());
        Path docs = options.docs();
        if (docs != null) {
            Path file = docs.resolve(PAGE);
            Files.writeString(file, Markdown.byHand(file, BELOW) + "\n\n" + page());
        }
    }

    /** The tables with their explanation, in Markdown. */
    String page() throws IOException {
        ClientTables tables = new ClientTables(results);
        try (InputStream template = ClientReport.class.getResourceAsStream(TEMPLATE)) {
            if (template == null) {
                throw new IOException("No " + TEMPLATE + " beside " + ClientReport.class.getName());
            }
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${day}", machine.day())
                    .replace("${processor}", machine.processor())
                    .replace("${system}", machine.system())
                    .replace("${jvm}", machine.jvm())
                    .replace("${versions}", machine.versions())
                    .replace("${files}", Long.toString(options.openFiles()))
                    .replace("${flags}", String.join(" ", ClientContestants.JVM_FLAGS))
                    .replace("${rounds}", Integer.toString(options.rounds()))
                    .replace("${millis}", Long.toString(options.millis()))
                    .replace("${contestants}", Markdown.contestants(options.contestants()))
                    .replace("${sum}", Bars.sum(ClientBars.of(results)))
                    .replace("${bars}", tables.bars())
                    .replace("${ws}", tables.cpu(false, true))
                    .replace("${wss}", tables.cpu(true, true))
                    .replace("${wsMany}", tables.cpu(false, false))
                    .replace("${wssMany}", tables.cpu(true, false))
                    .replace("${idle}", tables.idle());
        }
    }
}
