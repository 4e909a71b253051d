package dev.hawser.benchmarks.contestant;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The process of one contestant. Its argument is the name of a {@link Server} class. It prints {@code ready PORT PORT},
 * without and with TLS, on standard output, and then answers each line on standard input with one line: {@code
 * allocated} with bytes, {@code heap} with the bytes in use after a collection, {@code compiling} with the milliseconds
 * that compilers took, {@code restart} with the new port without TLS, and questions about {@link Vitals} and {@link
 * SessionTally}. It ends when its standard input ends, so it never outlives the comparison. All other output goes to
 * standard error.
 */
public final class ContestantMain {
    private static final String EVIDENCE = "evidence ";

    private ContestantMain() {}

    /** Runs the contestant until standard input ends. */
    public static void main(String[] arguments) {
        PrintStream answers = System.out;
        System.setOut(System.err);
        int status = 0;
        try {
            Server server = Class.forName(arguments[0])
                    .asSubclass(Server.class)
                    .getConstructor()
                    .newInstance();
            Ports ports = server.start();
            answers.println("ready " + ports.plain() + " " + ports.tls());
            answer(answers, server);
        } catch (Exception e) {
            e.printStackTrace();
            status = 1;
        }
        // Not exit, because shutdown hooks of some servers wait for their peers.
        Runtime.getRuntime().halt(status);
    }

    private static void answer(PrintStream answers, Server server) throws Exception {
        Allocations allocations = new Allocations();
        Vitals vitals = new Vitals();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String question;
        while ((question = questions.readLine()) != null) {
            switch (question) {
                case "allocated" -> answers.println(allocations.total());
                case "compiling" ->
                    answers.println(ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
                case "heap" -> answers.println(Vitals.heap());
                case "peak" -> answers.println(vitals.peak());
                case "threads" -> answers.println(Vitals.threads());
                case "callbacks" -> answers.println(Vitals.threadsInCallbacks());
                case "descriptors" -> answers.println(Vitals.descriptors());
                case "direct" -> answers.println(Vitals.direct());
                case "connections" ->
                    answers.println(Vitals.instances("dev.hawser.internal.connection.WebSocketConnection"));
                case "tasks" ->
                    answers.println(
                            Vitals.instances("java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask"));
                case "restart" -> {
                    server.stop();
                    answers.println(server.start().plain());
                }
                case "open" -> answers.println(SessionTally.open());
                case "ended" -> answers.println(SessionTally.ended());
                default -> answers.println(evidence(question));
            }
            answers.flush();
        }
    }

    /** Answers {@code evidence FILE}; any other question is not known. */
    private static long evidence(String question) throws IOException {
        if (!question.startsWith(EVIDENCE)) {
            return -1;
        }
        Vitals.evidence(Path.of(question.substring(EVIDENCE.length())));
        return 0;
    }
}
