package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.contestant.Vitals;
import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * The heap of a client's {@link SSLEngine} alone, with an open session: what each client over TLS holds, whatever else
 * it does. The servers' engines are in the same process, and are dropped after the handshake.
 */
final class BareEngines {
    private static final int WARM_UP = 200;
    private static final int COUNT = 2000;
    private static final int MOST_STEPS = 100;
    private static final int BYTES = 128;

    private final SSLContext client;
    private final SSLContext server;
    private final ByteBuffer plain = ByteBuffer.allocate(32 * 1024);
    private final ByteBuffer toServer = ByteBuffer.allocate(32 * 1024);
    private final ByteBuffer toClient = ByteBuffer.allocate(32 * 1024);

    private BareEngines(Certificate certificate) throws IOException {
        this.client = certificate.trustingContext();
        this.server = certificate.serverContext();
    }

    /** Heap bytes of one engine that has sent and received one message of 128 bytes. */
    static double heapOfOne(Certificate certificate) throws IOException {
        BareEngines engines = new BareEngines(certificate);
        engines.open(WARM_UP);
        long before = Vitals.heap();
        List<SSLEngine> open = engines.open(COUNT);
        long with = Vitals.heap();
        return (double) (with - before) / open.size();
    }

    private List<SSLEngine> open(int count) throws IOException {
        List<SSLEngine> open = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            SSLEngine own = client.createSSLEngine("127.0.0.1", 443);
            own.setUseClientMode(true);
            SSLEngine peer = server.createSSLEngine();
            peer.setUseClientMode(false);
            shakeHands(own, peer);
            send(own, toServer, peer);
            send(peer, toClient, own);
            open.add(own);
        }
        return open;
    }

    private void shakeHands(SSLEngine own, SSLEngine peer) throws IOException {
        own.beginHandshake();
        peer.beginHandshake();
        for (int step = 0; step < MOST_STEPS; step++) {
            if (isDone(own) && isDone(peer) && toServer.position() == 0 && toClient.position() == 0) {
                return;
            }
            step(own, toClient, toServer);
            step(peer, toServer, toClient);
        }
        throw new IOException("two engines do not agree: " + own.getHandshakeStatus());
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            default -> {
                in.flip();
                engine.unwrap(in, plain.clear());
                in.compact();
            }
        }
    }

    private void send(SSLEngine from, ByteBuffer wire, SSLEngine to) throws IOException {
        from.wrap(ByteBuffer.allocate(BYTES), wire);
        wire.flip();
        to.unwrap(wire, plain.clear());
        wire.compact();
        if (plain.position() != BYTES) {
            throw new IOException("an engine has decrypted " + plain.position() + " bytes of " + BYTES);
        }
    }
}
