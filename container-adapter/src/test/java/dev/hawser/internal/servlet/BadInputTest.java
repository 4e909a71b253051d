package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Literal bytes that no client should send, over real sockets: each gets its close code, onClose once, and leaves the
 * server able to serve the next; on every container, and over HTTP/2. {@code M} stands for the masking key 37fa213d.
 */
@ParameterizedClass
@MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
class BadInputTest {
    private static final BlockingQueue<Throwable> ERRORS = new LinkedBlockingQueue<>();
    private static final BlockingQueue<CloseReason> CLOSED = new LinkedBlockingQueue<>();

    private static TestServer server;

    @Parameter
    private TestServer.Container container;

    /** Echoes, and records how connections end. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnMessage
        public byte[] echo(byte[] bytes) {
            return bytes;
        }

        @OnError
        public void failed(Session session, Throwable cause) {
            ERRORS.add(cause);
        }

        @OnClose
        public void closed(CloseReason reason) {
            CLOSED.add(reason);
        }
    }

    /** Answers one message with more than any buffer takes. */
    @ServerEndpoint("/flood")
    public static class Flood {
        @OnMessage
        public byte[] flood(String text) {
            return new byte[32 * 1024 * 1024];
        }

        @OnError
        public void failed(Session session, Throwable cause) {
            ERRORS.add(cause);
        }

        @OnClose
        public void closed(CloseReason reason) {
            CLOSED.add(reason);
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(TestServer.Container container) throws Exception {
        server = container.start(
                TestServer.Application.of(Echo.class, Flood.class).with(Map.of("dev.hawser.sendTimeout", "500ms")));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void forget() {
        ERRORS.clear();
        CLOSED.clear();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "RSV1 without an extension,                 1002, c180 M",
        "RSV2,                                      1002, a180 M",
        "RSV3,                                      1002, 9180 M",
        "reserved data opcode 3,                    1002, 8380 M",
        "reserved data opcode 7,                    1002, 8780 M",
        "reserved control opcode B,                 1002, 8b80 M",
        "reserved control opcode F,                 1002, 8f80 M",
        "unmasked text 'Hello',                     1002, 810548656c6c6f",
        "unmasked ping,                             1002, 8900",
        "fragmented ping,                           1002, 0980 M",
        "ping of 126 bytes,                         1002, 89fe007e M",
        "close of 126 bytes,                        1002, 88fe007e M",
        "continuation of nothing,                   1002, 8080 M",
        "second text within a fragmented message,   1002, 0180 M 0180 M",
        "binary within a fragmented text,           1002, 0180 M 8280 M",
        "5 written in 16 bits,                      1002, 81fe0005 M",
        "125 written in 16 bits,                    1002, 82fe007d M",
        "5 written in 64 bits,                      1002, 81ff0000000000000005 M",
        "65535 written in 64 bits,                  1002, 82ff000000000000ffff M",
        "64-bit length with the sign bit,           1002, 82ff8000000000000000 M",
        "2 GiB declared,                            1009, 82ff0000000080000000 M",
        "2 GiB declared for a text,                 1009, 81ff0000000080000000 M",
        "one byte over the limit,                   1009, 82ff0000000000010001 M",
        "octet ff in a text,                        1007, 8181 M c8",
        "text that ends within a character (c3),    1007, 8181 M f4",
        "surrogate half (ed a0 80),                 1007, 8183 M da5aa1",
        "overlong slash (c0 af),                    1007, 8182 M f755",
        "over U+10FFFF (f4 90 80 80),               1007, 8184 M c36aa1bd",
        "octet ff in the first of more fragments,   1007, 0181 M c8",
        "half a character and a wrong second half,  1007, 0181 M f4 8081 M 76",
        "close with one byte,                       1002, 8881 M 34",
        "close code 0,                              1002, 8882 M 37fa",
        "close code 999,                            1002, 8882 M 341d",
        "close code 1004,                           1002, 8882 M 3416",
        "close code 1005,                           1002, 8882 M 3417",
        "close code 1006,                           1002, 8882 M 3414",
        "close code 1015,                           1002, 8882 M 340d",
        "close code 2999,                           1002, 8882 M 3c4d",
        "close code 5000,                           1002, 8882 M 2472",
        "octet ff in a close reason,                1007, 8883 M 3412de",
    })
    void eachViolationHasItsCode(String what, int code, String hex) throws Exception {
        try (RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("before");
            client.sendHex(hex.replace("M", "37fa213d"));
            assertEquals(code, client.readCloseCode());
            assertEquals(0, client.readToEnd().length, "nothing follows a close frame, and the server ends TCP");
        }
        assertEndedOnceWith(code);
        assertNotNull(ERRORS.poll(30, TimeUnit.SECONDS), "onError");
        assertNull(ERRORS.poll(), "second onError");
        assertStillServes();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "2 GiB declared,                            1009, 82ff0000000080000000",
        "2 GiB declared for a text,                 1009, 81ff0000000080000000",
        "2 GiB declared for a reserved opcode,      1002, 83ff0000000080000000",
        "2 GiB declared for a ping,                 1002, 89ff0000000080000000",
        "2^63 declared,                             1002, 82ff8000000000000000",
    })
    void aDeclaredLengthIsRefusedWithoutAllocatingIt(String what, int code, String hex) throws Exception {
        try (RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("before");
            long before = allocatedByLivingThreads();
            client.sendHex(hex + "37fa213d");
            assertEquals(code, client.readCloseCode());
            long allocated = allocatedByLivingThreads() - before;
            assertTrue(allocated < 8_000_000, "allocated " + allocated + " bytes");
        }
        assertEndedOnceWith(code);
    }

    /**
     * What all threads, the server's among them, have allocated so far; the heap could not hold what is declared above.
     */
    private static long allocatedByLivingThreads() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(bytes, 0);
        }
        return sum;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "within a header,                    81",
        "within a 16-bit length,             81fe01",
        "within the masking key,             818537fa",
        "within a payload,                   8185 M 7f",
        "between fragments,                  0181 M 7f",
        "between messages,                   8181 M 7f",
    })
    void aPeerThatVanishesIs1006(String where, String hex) throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            forget();
            RawClient client = server.connect("/echo");
            client.upgraded().assertEchoes("before");
            client.sendHex(hex.replace("M", "37fa213d"));
            if (reset) {
                client.reset();
            } else {
                client.close();
            }
            assertEndedOnceWith(1006);
            assertTrue(ERRORS.size() <= 1, "errors: " + ERRORS);
            assertStillServes();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "no key | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | X-None: 1 | 400 | 101",
                "two keys | Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 13~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | 400 | 101",
                "empty key | dGhlIHNhbXBsZSBub25jZQ== | '' | 400 | 101",
                "key is not base64 | dGhlIHNhbXBsZSBub25jZQ== | ?!? | 400 | 101",
                "no Connection | Connection: Upgrade | Connection: keep-alive | 400 | 101",
                "no version | Sec-WebSocket-Version: 13 | X-None: 1 | 426 | 426",
                "version 8 | Version: 13 | Version: 8 | 426 | 426",
                "POST | GET | POST | 400 | 101",
                "foreign origin | Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 13~Origin: https://elsewhere.example | 403 | 403",
            })
    void aHandshakeThatIsNoneIsRefused(String what, String replaced, String by, int http1, int http2) throws Exception {
        int status = container == TestServer.Container.JETTY_HTTP2 ? http2 : http1;
        if (status == 101) {
            return; // HTTP/2 has no such line (RFC 8441 5)
        }
        try (RawClient client = new RawClient(server.port())) {
            client.send(RawClient.handshake("/echo").replace(replaced, by.replace("~", "\r\n")));
            client.readHead();
            assertEquals(status, client.status(), client.head());
        }
        assertStillServes();
        assertTrue(ERRORS.isEmpty(), "no session, no onError");
    }

    @Test
    void oneByteSegmentsAreAnOrdinaryConnection() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            for (byte octet : RawClient.handshake("/echo").getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {octet});
            }
            client.readHead();
            client.upgraded();
            for (int octet :
                    new int[] {0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}) { // RFC 6455 5.7
                client.send(new byte[] {(byte) octet});
            }
            assertEquals("Hello", client.readFrame().text());
        }
        assertEndedOnceWith(1006); // or the next test would see it
    }

    @Test
    void aClientThatNeverFinishesItsHandshakeHoldsNobodyUp() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send("GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConn");
            assertStillServes();
        }
    }

    @Test
    void aClientThatNeverReadsIsCutAfterTheSendTimeout() throws Exception {
        try (RawClient client = server.connect("/flood")) {
            client.upgraded().sendText("go");
            CloseReason reason = CLOSED.poll(30, TimeUnit.SECONDS);
            assertNotNull(reason, "onClose");
            assertEquals(1006, reason.getCloseCode().getCode());
            assertStillServes();
        }
    }

    private static void assertEndedOnceWith(int code) throws InterruptedException {
        CloseReason reason = CLOSED.poll(30, TimeUnit.SECONDS);
        assertNotNull(reason, "onClose");
        assertEquals(code, reason.getCloseCode().getCode());
        assertNull(CLOSED.poll(50, TimeUnit.MILLISECONDS), "second onClose");
    }

    private static void assertStillServes() throws Exception {
        try (RawClient second = server.connect("/echo")) {
            second.upgraded().assertEchoes("after");
            second.sendFrame(0x88, new byte[] {0x03, (byte) 0xe8});
            assertEquals(1000, second.readCloseCode());
        }
        CloseReason reason = CLOSED.poll(30, TimeUnit.SECONDS);
        assertNotNull(reason);
        assertEquals(1000, reason.getCloseCode().getCode());
    }
}
