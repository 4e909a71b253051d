package dev.hawser.tck.autobahn;

import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.CloseReason;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the suite's cases against our client: for each it connects, and echoes until the suite closes the connection.
 */
final class CaseClient {
    private static final System.Logger LOG = System.getLogger(CaseClient.class.getName());
    private static final long ANSWER_SECONDS = 60;

    /** The suite itself gives up a case after eight minutes at most. */
    private static final long CASE_SECONDS = 600;

    private final String suite;
    private final String agent;

    /**
     * A client of a suite.
     *
     * @param port the suite's, on 127.0.0.1
     * @param agent our name in the report
     */
    CaseClient(int port, String agent) {
        this.suite = "ws://127.0.0.1:" + port;
        this.agent = URLEncoder.encode(agent, StandardCharsets.UTF_8);
    }

    /**
     * Runs all cases once, in order, and has the report written. A case that fails does not keep the others from
     * running.
     */
    void runAllCases() throws Exception {
        int cases = Integer.parseInt(ask("/getCaseCount"));
        for (int number = 1; number <= cases; number++) {
            run(number);
        }
        Echo report = new Echo();
        connect(report, "/updateReports?agent=" + agent);
        report.awaitClose(ANSWER_SECONDS);
    }

    private void run(int number) throws InterruptedException {
        String query = "?case=" + number + "&agent=" + agent;
        try {
            Echo echo = new Echo();
            connect(echo, "/runCase" + query);
            echo.awaitClose(CASE_SECONDS);
            ask("/getCaseStatus" + query); // answered once the case is recorded
        } catch (Exception e) {
            if (e instanceof InterruptedException interruption) {
                throw interruption;
            }
            LOG.log(System.Logger.Level.WARNING, "Case number " + number + " broke off", e); // the report will lack it
        }
    }

    private String ask(String question) throws Exception {
        Answer answer = new Answer();
        connect(answer, question);
        try {
            return answer.text.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("The suite does not answer " + question, e);
        }
    }

    private void connect(Object endpoint, String path) throws Exception {
        ContainerProvider.getWebSocketContainer().connectToServer(endpoint, URI.create(suite + path));
    }

    /** Echoes. The limits are the demo's, and the only setting there is. */
    @ClientEndpoint
    public static final class Echo {
        private static final int MAX_MESSAGE_BYTES = 64 << 20;

        private final CountDownLatch closed = new CountDownLatch(1);

        /** Called by the container; the return value is the reply. */
        @OnMessage(maxMessageSize = MAX_MESSAGE_BYTES)
        public String text(String message) {
            return message;
        }

        /** Called by the container; the return value is the reply. */
        @OnMessage(maxMessageSize = MAX_MESSAGE_BYTES)
        public byte[] binary(byte[] message) {
            return message;
        }

        /** Violations by the suite arrive here, as they should. */
        @OnError
        public void error(Throwable error) {
            LOG.log(System.Logger.Level.DEBUG, "In a case", error);
        }

        /** Called by the container. */
        @OnClose
        public void close(CloseReason reason) {
            closed.countDown();
        }

        void awaitClose(long seconds) throws IOException, InterruptedException {
            if (!closed.await(seconds, TimeUnit.SECONDS)) {
                throw new IOException("The connection is still open after " + seconds + " s");
            }
        }
    }

    /** Takes one text message. */
    @ClientEndpoint
    public static final class Answer {
        private final CompletableFuture<String> text = new CompletableFuture<>();

        /** Called by the container. */
        @OnMessage
        public void text(String message) {
            text.complete(message);
        }

        /** Called by the container. */
        @OnClose
        public void close(CloseReason reason) {
            text.completeExceptionally(new IOException("closed: " + reason));
        }
    }
}
