package dev.hawser.internal.servlet;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import java.util.Map;

/**
 * The program of {@link StopSignalTest}: an application with an embedded server, which it stops in a shutdown hook of
 * its own. Hawser registers none.
 */
public final class EmbeddedProcess {
    private EmbeddedProcess() {}

    /** Its argument is the container. Prints the port, and then waits for a signal. */
    public static void main(String[] arguments) throws Exception {
        Application application = Application.of(StopTest.Echo.class).with(Map.of("dev.hawser.stopTimeout", "1s"));
        TestServer server = Container.valueOf(arguments[0]).start(application);
        Thread hook = new Thread(
                () -> {
                    try {
                        server.close();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    System.out.println("stopped, threads " + threadsOfHawser());
                },
                "stop-of-the-application");
        Runtime.getRuntime().addShutdownHook(hook);
        System.out.println("port " + server.port());
        Thread.currentThread().join();
    }

    private static long threadsOfHawser() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("hawser-"))
                .count();
    }
}
