package dev.hawser.internal.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One blocking connection whose bytes come back as they were, over TCP or TLS. After the client's end of stream it ends
 * its own.
 */
final class EchoPeer implements AutoCloseable {
    final ServerSocket server;
    private final CountDownLatch reading = new CountDownLatch(1);
    private final Thread thread;
    volatile @Nullable IOException failure;

    /** @param reads whether it begins to read at once, rather than at {@link #beginReading} */
    EchoPeer(@Nullable SSLContext tls, boolean reads, String... protocols) throws IOException {
        server = tls == null ? new ServerSocket() : tls.getServerSocketFactory().createServerSocket();
        if (protocols.length > 0) {
            ((SSLServerSocket) server).setEnabledProtocols(protocols);
        }
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        if (reads) {
            reading.countDown();
        }
        thread = new Thread(this::echo, "echo-peer");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    void beginReading() {
        reading.countDown();
    }

    private void echo() {
        try (Socket socket = server.accept()) {
            if (socket instanceof SSLSocket secure) {
                secure.startHandshake();
            }
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            if (!reading.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let the peer read");
            }
            byte[] buffer = new byte[64 * 1024];
            int count;
            while ((count = in.read(buffer)) >= 0) {
                out.write(buffer, 0, count);
                out.flush();
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            failure = e; // the client tells its own story of it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
