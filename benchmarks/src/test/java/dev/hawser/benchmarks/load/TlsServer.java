package dev.hawser.benchmarks.load;

import dev.hawser.benchmarks.tls.Certificate;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server over the JDK's blocking TLS sockets: another implementation of channels than that of the load generator. */
final class TlsServer implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    /** Serves one connection. */
    interface Service {
        void serve(InputStream in, OutputStream out) throws IOException;
    }

    /** Where the contexts of connections come from; sessions are resumed within one context only. */
    interface Contexts {
        SSLContext next() throws IOException;
    }

    /** Of both directions, in the kernel: so little that a client that only sends is soon not served any longer. */
    private static final int SOCKET_BUFFER = 128 * 1024;

    /**
     * What is written to it is sent when the next read begins, as one segment if it is short. The end of TLS is not
     * followed by that of TCP, which would make the socket readable once more.
     */
    private static final class GatheringSocket extends Socket {
        private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

        @Override
        public OutputStream getOutputStream() {
            return gathered;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    gathered.writeTo(GatheringSocket.super.getOutputStream());
                    gathered.reset();
                    return super.read(bytes, offset, length);
                }
            };
        }

        @Override
        public void shutdownOutput() {}
    }

    private final ServerSocket listener;
    private final Contexts contexts;
    private final Service service;
    private final List<Long> created = new CopyOnWriteArrayList<>();

    TlsServer(Contexts contexts, Service service) throws IOException {
        this(contexts, service, new ServerSocket());
    }

    private TlsServer(Contexts contexts, Service service, ServerSocket listener) throws IOException {
        this.listener = listener;
        this.contexts = contexts;
        this.service = service;
        listener.setReceiveBufferSize(SOCKET_BUFFER);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start(this::accept);
    }

    /** One whose last data and the end of TLS come in one segment. */
    static TlsServer gathering(Contexts contexts, Service service) throws IOException {
        ServerSocket listener = new ServerSocket() {
            @Override
            public Socket accept() throws IOException {
                Socket socket = new GatheringSocket();
                implAccept(socket);
                return socket;
            }
        };
        return new TlsServer(contexts, service, listener);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "tls-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                socket.setSendBufferSize(SOCKET_BUFFER);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket plain) {
        try (SSLSocket socket =
                (SSLSocket) contexts.next().getSocketFactory().createSocket(plain, null, plain.getPort(), true)) {
            socket.setUseClientMode(false);
            socket.startHandshake();
            created.add(socket.getSession().getCreationTime());
            InputStream in = socket.getInputStream();
            service.serve(in, socket.getOutputStream());
            socket.shutdownOutput(); // the end of TLS; the other direction stays open until the client closes it
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The round is over, or has failed, which its test is about.
        }
    }

    SocketAddress address() {
        return listener.getLocalSocketAddress();
    }

    Target target(boolean raw, Certificate certificate) {
        return new Target(listener.getLocalPort(), raw, certificate);
    }

    /** For each connection, when the session it uses was made, in milliseconds; a resumed session keeps that time. */
    List<Long> sessionsCreated() {
        return new ArrayList<>(created);
    }

    /** Returns the bytes that arrive, after {@code change}. */
    static Service echo(UnaryOperator<byte[]> change) {
        return (in, out) -> {
            byte[] bytes = new byte[BUFFER];
            int length;
            while ((length = in.read(bytes)) >= 0) {
                out.write(change.apply(Arrays.copyOf(bytes, length)));
            }
        };
    }

    /** Answers the opening handshake, echoes one message of 128 bytes, and closes. */
    static void oneEcho(InputStream in, OutputStream out) throws IOException {
        DataInputStream bytes = new DataInputStream(in); // whose end is an IOException
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) bytes.readUnsignedByte());
        }
        String response = String.join(
                "\r\n",
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                "",
                "");
        out.write(response.getBytes(StandardCharsets.US_ASCII));
        byte[] header = new byte[8]; // two bytes of header, two of length, four of mask
        byte[] payload = new byte[128];
        bytes.readFully(header);
        bytes.readFully(payload);
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        reply.write(header, 0, 1);
        reply.write(126);
        reply.write(header, 2, 2);
        for (int i = 0; i < payload.length; i++) {
            reply.write(payload[i] ^ header[4 + i % 4]);
        }
        out.write(reply.toByteArray());
        bytes.readFully(new byte[8]); // the close frame
        out.write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xE8});
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
