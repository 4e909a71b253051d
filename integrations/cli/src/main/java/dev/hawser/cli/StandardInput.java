package dev.hawser.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends what comes in, on a thread of its own: each line as a text message, or bytes as they come as binary ones. At
 * the end of the input it waits, and then leaves.
 */
final class StandardInput {
    /** The largest binary message. */
    private static final int MOST_BYTES = 64 << 10;

    private final Conversation conversation;
    private final InputStream input;
    private final boolean binary;
    private final @Nullable Duration patience;
    private final Terminal terminal;

    /**
     * Sends nothing before {@link #start}.
     *
     * @param patience how long to go on receiving after the end of the input; null for as long as the server wants
     */
    StandardInput(
            Conversation conversation,
            InputStream input,
            boolean binary,
            @Nullable Duration patience,
            Terminal terminal) {
        this.conversation = conversation;
        this.input = input;
        this.binary = binary;
        this.patience = patience;
        this.terminal = terminal;
    }

    /** Sends the messages, and then what comes in; with messages standard input is not read. */
    void start(List<String> messages) {
        Thread thread = new Thread(() -> run(messages), "standard-input");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(List<String> messages) {
        try {
            for (String message : messages) {
                conversation.send(Conversation.text(message));
            }
            if (messages.isEmpty()) {
                pump();
            }
            if (patience != null) {
                long end = System.nanoTime() + patience.toNanos();
                for (long left = patience.toNanos(); left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
                }
                conversation.leave();
            }
        } catch (IOException e) {
            terminal.problem("standard input cannot be read: " + e.getMessage());
            conversation.leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump() throws IOException, InterruptedException {
        if (binary) {
            byte[] bytes = new byte[MOST_BYTES];
            for (int read = input.read(bytes); read >= 0; read = input.read(bytes)) {
                if (!conversation.send(Conversation.binary(ByteBuffer.wrap(bytes, 0, read)))) {
                    return;
                }
            }
            return;
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!conversation.send(Conversation.text(line))) {
                return;
            }
        }
    }
}
