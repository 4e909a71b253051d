package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.jetty.TestCertificate;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Peers of the endpoint {@code /echo} on a server, plain or over TLS, for the tests of a container's connections. */
final class EchoPeers {
    private EchoPeers() {}

    /** A peer whose handshake was accepted. */
    static RawClient open(TestServer server, boolean secure) throws Exception {
        RawClient client = connected(server, secure);
        client.send(RawClient.handshake("/echo"));
        client.readHead();
        return client.upgraded();
    }

    /** A peer that has sent nothing yet. */
    static RawClient connected(TestServer server, boolean secure) throws Exception {
        return new RawClient(
                secure
                        ? new TestCertificate()
                                .trusting()
                                .createSocket(InetAddress.getLoopbackAddress(), server.tlsPort())
                        : new Socket(InetAddress.getLoopbackAddress(), server.port()));
    }

    /** Waits for a condition; who waits in vain is told what all threads do. */
    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, ThreadsNow::inOneLine);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
