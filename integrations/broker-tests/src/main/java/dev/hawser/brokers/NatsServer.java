package dev.hawser.brokers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's nats-server with JetStream. */
public final class NatsServer implements Broker {
    private final long storage;

    /** With room for 1 GiB. */
    public NatsServer() {
        this(1L << 30);
    }

    /** @param storage how many bytes JetStream may store */
    public NatsServer(long storage) {
        this.storage = storage;
    }

    @Override
    public Path program() {
        return Path.of("/usr/sbin/nats-server");
    }

    @Override
    public String debianPackage() {
        return "nats-server";
    }

    @Override
    public List<String> command(int port, Path folder) {
        try {
            Path config = Files.writeString(
                    folder.resolve("config"),
                    "listen: \"127.0.0.1:" + port + "\"\njetstream { store_dir: \"" + folder.resolve("store")
                            + "\", max_file: " + storage + " }\n");
            return List.of(program().toString(), "-c", config.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public boolean answers(int port) throws IOException {
        return ask(port, "$JS.API.INFO", "").contains("\"memory\"");
    }

    @Override
    public String uri(int port) {
        return "nats://127.0.0.1:" + port;
    }

    /** What JetStream, or whoever listens, answers; "" if nobody does. */
    public static String ask(int port, String subject, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            send(
                    socket,
                    "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\nSUB in 1\r\nPUB " + subject
                            + " in " + bytes.length + "\r\n" + body + "\r\n");
            InputStream in = socket.getInputStream();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                if (line.startsWith("MSG")) {
                    int length = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
                    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
                }
                if (line.startsWith("HMSG")) {
                    return "";
                }
            }
            throw new IOException("the server has closed the connection");
        }
    }

    /** Publishes without a reply. Returns when the server has it. */
    public static void publish(int port, String headers, String subject, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            String head = headers.isEmpty() ? "" : "NATS/1.0\r\n" + headers + "\r\n\r\n";
            String sizes = (headers.isEmpty() ? "" : head.length() + " ") + (head.length() + body.length());
            send(
                    socket,
                    "CONNECT {\"verbose\":false,\"headers\":true}\r\n" + (headers.isEmpty() ? "PUB " : "HPUB ")
                            + subject + " " + sizes + "\r\n" + head + body + "\r\nPING\r\n");
            InputStream in = socket.getInputStream();
            for (String line = line(in); !line.equals("PONG"); line = line(in)) {
                if (line.isEmpty() || line.startsWith("-ERR")) {
                    throw new IOException("the server says " + line);
                }
            }
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A line without its end; "" if the server has closed the connection. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
