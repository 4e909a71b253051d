package dev.hawser.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole round over TLS, against servers that echo, that corrupt, and that resume sessions or do not. */
class TlsRoundTest {
    private static final int SIZE = 128;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int ENOUGH = 100;
    private static final Workload SMALL =
            Workload.echo(Content.ASCII, SIZE, 1, 1).overTls();
    private static final Workload CYCLE =
            Workload.echo(Content.ASCII, SIZE, 1, 1).as(Workload.Kind.CYCLE);

    private static Certificate certificate;
    private static SSLContext context;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        certificate = Certificate.create(folder);
        context = certificate.serverContext();
    }

    private static LoadRound begin(Target target, Workload workload) throws Exception {
        return LoadRoundTest.begin(target, workload, PATIENCE);
    }

    private static LoadRound run(TlsServer server, boolean raw, Workload workload, int messages) throws Exception {
        LoadRound round = begin(server.target(raw, certificate), workload);
        LoadRoundTest.await(round, messages);
        round.close();
        assertNull(round.failure());
        assertTrue(round.tally().messages() >= messages);
        return round;
    }

    @Test
    void echoesOverTlsAreCountedWithTheBytesOfTheirRecords() throws Exception {
        try (TlsServer server = new TlsServer(() -> context, TlsServer.echo(bytes -> bytes))) {
            LoadRound round = run(server, true, SMALL, ENOUGH);
            // Header, mask and length of the frame; header, type and tag of the record.
            long record = 8 + SIZE + 5 + 1 + 16;
            long counted = round.tally().wireBytes();
            assertTrue(counted >= record * round.tally().messages(), counted + " bytes");
        }
    }

    @Test
    void aMessageMayHaveMoreRecordsThanTheSocketTakesAtOnce() throws Exception {
        try (TlsServer server = new TlsServer(() -> context, TlsServer.echo(bytes -> bytes))) {
            run(
                    server,
                    true,
                    Workload.echo(Content.BINARY, 6 * 1024 * 1024, 1, 1).overTls(),
                    1);
        }
    }

    @Test
    void allConnectionsOfABroadcastOverTlsTakePartBeforeTheFirstMessage() throws Exception {
        AtomicInteger leads = new AtomicInteger();
        TlsServer.Service service = (in, out) -> {
            if (in.read() == Target.TAKES_PART) {
                leads.incrementAndGet();
            }
            TlsServer.echo(bytes -> bytes).serve(in, out);
        };
        try (TlsServer server = new TlsServer(() -> context, service)) {
            run(server, true, SMALL.as(Workload.Kind.BROADCAST), ENOUGH);
            assertEquals(1, leads.get());
        }
    }

    @Test
    void aCorruptedEchoOverTlsFailsTheRound() throws Exception {
        AtomicInteger count = new AtomicInteger();
        TlsServer.Service service = TlsServer.echo(bytes -> {
            if (count.incrementAndGet() == ENOUGH) {
                bytes[bytes.length - 1] ^= 1;
            }
            return bytes;
        });
        try (TlsServer server = new TlsServer(() -> context, service)) {
            LoadRound round = begin(server.target(true, certificate), SMALL);
            LoadRoundTest.await(round, Integer.MAX_VALUE);
            BadReplyException thrown = assertThrows(BadReplyException.class, round::close);
            assertTrue(thrown.getMessage().contains("differs"), thrown.getMessage());
        }
    }

    @Test
    void aServerWithAnotherCertificateFailsTheRound(@TempDir Path folder) throws Exception {
        SSLContext other = Certificate.create(folder).serverContext();
        try (TlsServer server = new TlsServer(() -> other, TlsServer.echo(bytes -> bytes))) {
            BadReplyException thrown =
                    assertThrows(BadReplyException.class, () -> begin(server.target(true, certificate), SMALL));
            assertTrue(thrown.getMessage().contains("another certificate"), thrown.getMessage());
        }
    }

    @Test
    void aServerWithoutTlsIsRefusedBeforeTheRound() {
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> new LoadRound(new Target(1, true), SMALL, PATIENCE));
        assertTrue(thrown.getMessage().contains("no TLS"), thrown.getMessage());
    }

    @Test
    void cyclesWithFullHandshakesHaveASessionEach() throws Exception {
        try (TlsServer server = new TlsServer(() -> context, TlsServer::oneEcho)) {
            run(server, false, CYCLE.overTls(), ENOUGH);
            int sessions = new HashSet<>(server.sessionsCreated()).size();
            assertTrue(sessions > 2, sessions + " sessions with times of their own"); // some are of one millisecond
        }
    }

    /** A selector tells nothing more once that segment was read. */
    @Test
    void aConnectionEndsAlsoIfItsEndComesInOneSegmentWithTheCloseFrame() throws Exception {
        try (TlsServer server = TlsServer.gathering(() -> context, TlsServer::oneEcho)) {
            run(server, false, CYCLE.overTls(), ENOUGH);
        }
    }

    @Test
    void resumedCyclesHaveTheSessionOfTheFirst() throws Exception {
        try (TlsServer server = new TlsServer(() -> context, TlsServer::oneEcho)) {
            run(server, false, CYCLE.overResumedTls(), ENOUGH);
            assertEquals(1, new HashSet<>(server.sessionsCreated()).size());
            assertTrue(server.sessionsCreated().size() >= ENOUGH);
        }
    }

    @Test
    void aServerThatDoesNotResumeFailsARoundOfResumedCycles() throws Exception {
        TlsServer.Contexts forgetful = TlsRoundTest::newContext;
        try (TlsServer server = new TlsServer(forgetful, TlsServer::oneEcho)) {
            LoadRound round = begin(server.target(false, certificate), CYCLE.overResumedTls());
            LoadRoundTest.await(round, ENOUGH);
            BadReplyException thrown = assertThrows(BadReplyException.class, round::close);
            assertTrue(thrown.getMessage().contains("did not resume"), thrown.getMessage());
        }
    }

    private static SSLContext newContext() throws IOException {
        return certificate.serverContext();
    }
}
