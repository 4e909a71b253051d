package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.contestant.Allocations;
import dev.hawser.benchmarks.contestant.Vitals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The process of one client. Its argument is the name of a {@link Client} class. It prints {@code ready 0 0} on
 * standard output, and then answers each line on standard input with one line: {@code open URI COUNT MILLIS}, {@code
 * talk}, {@code once}, {@code stop} and {@code close} with {@code done}, or with {@code failed} and a reason; {@code
 * messages}, {@code allocated}, {@code heap} and {@code compiling} with a number; {@code evidence FILE} writes
 * threads and classes into a file. It ends when its standard input ends. All other output goes to standard error.
 */
public final class ClientMain {
    private static final String DONE = "done";

    private final Client client;
    private final Allocations allocations = new Allocations();
    private @Nullable Crowd crowd;

    private ClientMain(Client client) {
        this.client = client;
    }

    /** Runs the client until standard input ends. */
    public static void main(String[] arguments) {
        PrintStream answers = System.out;
        System.setOut(System.err);
        int status = 0;
        try {
            ClientMain main = new ClientMain(Class.forName(arguments[0])
                    .asSubclass(Client.class)
                    .getConstructor()
                    .newInstance());
            answers.println("ready 0 0");
            BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String question;
            while ((question = questions.readLine()) != null) {
                answers.println(main.answer(question.split(" ", -1)));
            }
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            status = 1;
        }
        // Not exit, because 10,000 connections need not be closed in order.
        Runtime.getRuntime().halt(status);
    }

    private String answer(String[] words) throws InterruptedException {
        try {
            return switch (words[0]) {
                case "open" -> {
                    crowd = new Crowd(client, URI.create(words[1]), Long.parseLong(words[3]));
                    crowd.open(Integer.parseInt(words[2]));
                    yield DONE;
                }
                case "talk" -> {
                    crowd().talk();
                    yield DONE;
                }
                case "once" -> {
                    crowd().talkOnce();
                    yield DONE;
                }
                case "stop" -> {
                    crowd().stop();
                    yield DONE;
                }
                case "close" -> {
                    Crowd closed = crowd();
                    crowd = null;
                    closed.close();
                    yield DONE;
                }
                case "evidence" -> {
                    Vitals.evidence(Path.of(words[1]));
                    yield DONE;
                }
                default -> Long.toString(number(words[0]));
            };
        } catch (IOException e) {
            return "failed " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        }
    }

    private long number(String question) {
        return switch (question) {
            case "messages" -> crowd().messages();
            case "allocated" -> allocations.total();
            case "heap" -> Vitals.heap();
            case "compiling" -> ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
            default -> -1;
        };
    }

    private Crowd crowd() {
        Crowd open = crowd;
        if (open == null) {
            throw new IllegalStateException("no connections were asked for");
        }
        return open;
    }
}
