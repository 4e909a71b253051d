package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.memory.MemoryGuard;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each send is told once how it ended, whatever throws while that is told, and though nothing comes after it. */
class EndedSendsTest {
    private static final int SENDS = 4;

    private final FakeTransport transport = new FakeTransport();
    private final List<String> told = new ArrayList<>();
    private final Throwing listener = new Throwing();
    private final OutboundQueue queue = new OutboundQueue(
            Role.SERVER,
            () -> 0,
            new BufferPool(BufferPool.WRITE_SIZE),
            null,
            1 << 20,
            1000,
            MemoryGuard.NONE,
            ConnectionEvents.unwatched(),
            Clock.SYSTEM,
            listener);

    /** The calls of onCompleted that throw, counted from 1. */
    private List<Integer> throwingCalls = List.of();

    /** Whether the queue ends while the first send is told, as when another thread cuts the connection just then. */
    private boolean endsMeanwhile;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aWriteThatEndsWhileTheQueueDoesTellsItsSendsThoughOneCallThrows(int throwing) throws IOException {
        throwingCalls = List.of(throwing);
        endsMeanwhile = true;
        send();
        transport.releaseWrite();
        assertEquals(List.of("0 sent", "1 sent", "2 sent", "3 sent"), told);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void theEndTellsThoseThatWaitThoughOneCallThrows(int throwing) throws IOException {
        throwingCalls = List.of(throwing);
        send();
        queue.end("cut");
        assertEquals(List.of("0 cut", "1 cut", "2 cut", "3 cut"), told);
    }

    @Test
    void whatThrowsAgainAndAgainIsToldByTheNextCall() throws IOException {
        throwingCalls = List.of(2, 3, 4);
        send();
        transport.releaseWrite();
        queue.end("too late");
        assertEquals(List.of("0 sent", "1 sent", "2 sent", "3 sent"), told);
    }

    private void send() throws IOException {
        transport.holdWrites();
        queue.open(transport);
        for (int i = 0; i < SENDS; i++) {
            String name = Integer.toString(i);
            PendingSend send = new PendingSend(Long.MAX_VALUE / 4, new PendingSend.Completion() {
                @Override
                public boolean runsApplicationCode() {
                    return false;
                }

                @Override
                public void ended(@Nullable Throwable failure) {
                    told.add(name + (failure == null ? " sent" : " " + failure.getMessage()));
                }
            });
            queue.offer(MessagePart.WHOLE, Opcode.TEXT, new byte[10], 0, 10, send);
        }
        queue.flush();
    }

    private final class Throwing implements OutboundListener {
        private int calls;

        @Override
        public void onCompleted(PendingSend send) {
            calls++;
            if (calls == 1 && endsMeanwhile) {
                queue.end("cut meanwhile");
            }
            if (throwingCalls.contains(calls)) {
                throw new StackOverflowError("of a test");
            }
            send.complete();
        }

        @Override
        public void onRoom() {}

        @Override
        public void onWritePending() {}

        @Override
        public void onEncoded() {}

        @Override
        public void onWriteFailed(Throwable cause) {
            queue.end("the write failed"); // as a connection that breaks
        }
    }
}
