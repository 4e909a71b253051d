package dev.hawser.internal.servlet;

import static java.lang.System.Logger.Level.WARNING;

import dev.hawser.internal.jetty.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Takes connections of HTTP/1.1 and carries each to the server as one stream of one HTTP/2 connection: an opening
 * handshake as an extended CONNECT (RFC 8441 5), and whatever follows it as DATA. So the tests that speak over a socket
 * are tests of HTTP/2, too. The end of a stream and a reset are passed on in both directions, and neither side is read
 * faster than the other takes it.
 */
final class Http2Gateway implements AutoCloseable {
    private static final long DEADLINE = 20;
    /** Seconds; a loaded machine answers sooner. */
    private static final long SILENCE = 10;

    private static final System.Logger LOGGER = System.getLogger("dev.hawser.test");

    private final HTTP2Client client = new HTTP2Client();
    private final ServerSocket listening;
    private final Session session;
    private final boolean secure;
    private final HostPortHttpField authority;

    /** Whether the server has said that it takes an extended CONNECT (RFC 8441 3). */
    private final CompletableFuture<Boolean> takesConnect = new CompletableFuture<>();

    Http2Gateway(int serverPort, boolean secure) throws Exception {
        this(serverPort, secure, "localhost", "localhost:" + serverPort);
    }

    /**
     * To a server that serves several sites.
     *
     * @param name what TLS asks for
     * @param authority what requests ask for
     */
    Http2Gateway(int serverPort, boolean secure, String name, String authority) throws Exception {
        this.secure = secure;
        this.authority = new HostPortHttpField(authority);
        client.setInitialStreamRecvWindow(64 * 1024); // so that a slow reader is felt soon
        SslContextFactory.Client tls = new SslContextFactory.Client(true);
        tls.setSNIProvider((engine, names) -> List.of(new SNIHostName(name)));
        client.getClientConnector().setSslContextFactory(tls);
        client.start();
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
        session = (secure
                        ? client.connect(tls, server, new FirstSettings())
                        : client.connect(server, new FirstSettings()))
                .get(DEADLINE, TimeUnit.SECONDS);
        listening = secure ? tlsSocket() : new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static ServerSocket tlsSocket() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(new TestCertificate().keyStore(), TestCertificate.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private final class FirstSettings implements Session.Listener {
        @Override
        public void onSettings(Session from, SettingsFrame frame) {
            Integer value = frame.getSettings().get(SettingsFrame.ENABLE_CONNECT_PROTOCOL);
            takesConnect.complete(value != null && value == 1);
        }
    }

    boolean serverTakesConnect() throws Exception {
        return takesConnect.get(DEADLINE, TimeUnit.SECONDS);
    }

    int port() {
        return listening.getLocalPort();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "http2-gateway");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                start(() -> carry(socket));
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private void carry(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            Answer answer = new Answer(socket);
            Stream stream = session.newStream(new HeadersFrame(request(socket.getInputStream()), null, false), answer)
                    .get(DEADLINE, TimeUnit.SECONDS);
            start(() -> answer.tellIfSilent(client));
            try {
                send(socket.getInputStream(), stream);
                answer.ended.poll(DEADLINE, TimeUnit.SECONDS);
            } catch (IOException e) {
                stream.reset(new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
            }
        } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
            // no such request over HTTP/2: the socket is closed without an answer
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(InputStream in, Stream stream) throws IOException, InterruptedException {
        byte[] bytes = new byte[16 * 1024];
        try {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                ByteBuffer copy = ByteBuffer.wrap(bytes.clone(), 0, count);
                stream.data(new DataFrame(stream.getId(), copy, false)).get(DEADLINE, TimeUnit.SECONDS);
            }
            stream.data(new DataFrame(stream.getId(), ByteBuffer.allocate(0), true))
                    .get(DEADLINE, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    private MetaData.Request request(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("no request");
            }
            bytes.write(octet);
        }
        String[] lines = bytes.toString(StandardCharsets.ISO_8859_1).split("\r\n");
        HttpFields.Mutable fields = HttpFields.build();
        boolean handshake = false;
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            if (name.equals("upgrade")) {
                handshake = true;
            } else if (!name.equals("host") && !name.equals("connection") && !name.equals("sec-websocket-key")) {
                fields.add(name, lines[i].substring(colon + 1).strip());
            }
        }
        String target = lines[0].substring(lines[0].indexOf(' ') + 1, lines[0].lastIndexOf(' '));
        HttpScheme scheme = secure ? HttpScheme.HTTPS : HttpScheme.HTTP;
        return handshake
                ? new MetaData.ConnectRequest(scheme, authority, target, fields, "websocket")
                : new MetaData.Request(
                        "GET",
                        HttpURI.from(scheme.asString() + "://" + authority.getValue() + target),
                        HttpVersion.HTTP_2,
                        fields);
    }

    /** What the server sends on a stream, written to the socket by a thread that may wait for it. */
    private static final class Answer implements Stream.Listener {
        final BlockingQueue<Boolean> ended = new LinkedBlockingQueue<>();
        private final BlockingQueue<Boolean> available = new LinkedBlockingQueue<>();
        private final CountDownLatch answered = new CountDownLatch(1);
        private final Socket socket;

        Answer(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void onHeaders(Stream stream, HeadersFrame frame) {
            if (!(frame.getMetaData() instanceof MetaData.Response response)) {
                return;
            }
            StringBuilder head = new StringBuilder("HTTP/1.1 ");
            head.append(response.getStatus() == 200 ? 101 : response.getStatus())
                    .append(" \r\n");
            if (response.getStatus() == 200) {
                head.append("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"); // RFC 6455 1.3; HTTP/2 has none
            }
            for (HttpField field : response.getHttpFields()) {
                head.append(field.getName())
                        .append(": ")
                        .append(field.getValue())
                        .append("\r\n");
            }
            boolean end = frame.isEndStream();
            answered.countDown();
            start(() -> write(stream, head.append("\r\n").toString(), end));
        }

        @Override
        public void onDataAvailable(Stream stream) {
            available.add(true);
        }

        @Override
        public void onReset(Stream stream, ResetFrame frame, Callback callback) {
            callback.succeeded();
            cut();
        }

        @Override
        public void onFailure(Stream stream, int error, String reason, Throwable failure, Callback callback) {
            callback.succeeded();
            cut();
        }

        private void cut() {
            available.add(false);
            if (answered.getCount() > 0) { // nobody else is there to tell the test
                answered.countDown();
                try {
                    socket.close();
                } catch (IOException e) {
                    // which is what was wanted
                }
            }
        }

        /** A server that does not answer at all is a riddle unless one sees what both sides do. */
        void tellIfSilent(HTTP2Client of) {
            try {
                if (!answered.await(SILENCE, TimeUnit.SECONDS)) {
                    StringBuilder told = new StringBuilder("no answer over HTTP/2; the client is\n").append(of.dump());
                    Thread.getAllStackTraces().forEach((thread, stack) -> {
                        told.append(thread).append('\n');
                        for (StackTraceElement frame : stack) {
                            told.append("\tat ").append(frame).append('\n');
                        }
                    });
                    LOGGER.log(WARNING, told.toString());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void write(Stream stream, String head, boolean end) {
            try {
                socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                boolean ends = end;
                while (!ends) {
                    Stream.Data data = stream.readData();
                    if (data == null) {
                        stream.demand();
                        if (!available.take()) {
                            socket.setSoLinger(true, 0); // a reset for a reset
                            socket.close();
                            return;
                        }
                    } else {
                        ByteBuffer buffer = data.frame().getByteBuffer();
                        byte[] bytes = new byte[buffer.remaining()];
                        buffer.get(bytes);
                        socket.getOutputStream().write(bytes);
                        ends = data.frame().isEndStream();
                        data.release(); // only now may the server send as much again
                    }
                }
                socket.shutdownOutput();
            } catch (IOException e) {
                stream.reset(new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                ended.add(true);
            }
        }
    }

    @Override
    public void close() throws Exception {
        listening.close();
        client.stop();
    }
}
