package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records of TLS that arrive together are all read at once (RFC 8446 5.1): the container may have taken in what it has
 * not decrypted, or decrypted what it has not given, and nothing comes from the network that would make it look again.
 */
class TlsRecordsTest {
    /** Around the plaintext of a record: header, type and tag of TLS 1.3, and zeros that SSLSocket adds. */
    private static final int AROUND = 5 + 1 + 16 + 16;

    /** The most plaintext that SSLSocket puts into a record. */
    private static final int LONGEST_RECORD = 16 * 1024 - 1 - 16;
    /** Of a client's frame with a length of 16 bits. */
    private static final int FRAME_HEADER = 8;

    private static final int LONGEST_TEXT = LONGEST_RECORD - FRAME_HEADER;

    /** Sends back. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    /** A socket that keeps what TLS writes until it is told to send all of it in one write. */
    private static final class HeldSocket extends Socket {
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private boolean holding;

        HeldSocket(int port) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (holding) {
                        held.write(bytes, offset, length);
                    } else {
                        out.write(bytes, offset, length);
                    }
                }
            };
        }

        void hold() {
            holding = true;
        }

        /** Returns how many bytes it has sent. */
        int release() throws IOException {
            holding = false;
            byte[] all = held.toByteArray();
            held.reset();
            super.getOutputStream().write(all);
            return all.length;
        }
    }

    /**
     * The long record does not fit where the short one was decrypted, if that has some 300 bytes or more; and both fit
     * where the container takes them in, if it has less than some 500.
     */
    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aLongRecordBehindAShortOneIsReadAtOnce(Container container) throws Exception {
        try (TestServer server = container.start(Application.of(Echo.class))) {
            for (int length : new int[] {10, 50, 60, 200, 300, 330, 360, 400, 440, 480, 520, 1000, 1100}) {
                try (HeldSocket held = new HeldSocket(server.tlsPort());
                        RawClient client = open(held, server)) {
                    for (int i = 0; i < 4; i++) { // the container's buffer may grow meanwhile
                        assertEchoesTwoRecords(held, client, length);
                    }
                }
            }
        }
    }

    private static void assertEchoesTwoRecords(HeldSocket held, RawClient client, int length) throws Exception {
        held.hold();
        client.sendText("s".repeat(length));
        client.sendText("l".repeat(LONGEST_TEXT));
        int header = length < 126 ? FRAME_HEADER - 2 : FRAME_HEADER;
        assertEquals(header + length + LONGEST_RECORD + 2 * AROUND, held.release(), "two records");
        assertEquals(length, client.readFrame().payload().length);
        assertEquals(LONGEST_TEXT, client.readFrame().payload().length);
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void manyShortRecordsAreReadAtOnceHoweverTheyCame(Container container) throws Exception {
        try (TestServer server = container.start(Application.of(Echo.class));
                HeldSocket held = new HeldSocket(server.tlsPort());
                RawClient client = open(held, server)) {
            for (int i = 0; i < 20; i++) {
                client.assertEchoes("alone"); // so that the container expects one record at a time
            }
            for (int records : new int[] {2, 3, 9, 40, 200}) {
                held.hold();
                for (int i = 0; i < records; i++) {
                    client.sendText("record " + i);
                }
                held.release();
                for (int i = 0; i < records; i++) {
                    assertEquals("record " + i, client.readFrame().text());
                }
                client.assertEchoes("alone");
            }
        }
    }

    private static RawClient open(Socket connected, TestServer server) throws Exception {
        RawClient client = new RawClient(
                new TestCertificate().trusting().createSocket(connected, "localhost", server.tlsPort(), true));
        client.send(RawClient.handshake("/echo"));
        client.readHead();
        return client.upgraded();
    }
}
