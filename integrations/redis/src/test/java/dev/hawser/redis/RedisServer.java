package dev.hawser.redis;

import dev.hawser.brokers.Broker;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's redis-server, where each change is on disk before it is answered. */
final class RedisServer implements Broker {
    @Override
    public Path program() {
        return Path.of("/usr/bin/redis-server");
    }

    @Override
    public String debianPackage() {
        return "redis-server";
    }

    @Override
    public List<String> command(int port, Path folder) {
        List<String> command = new ArrayList<>(List.of(program().toString(), "--port", "" + port));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"));
        command.addAll(List.of("--appendfsync", "always", "--dir", folder.toString()));
        return command;
    }

    @Override
    public boolean answers(int port) throws IOException {
        return ask(port, "PING").equals("+PONG");
    }

    @Override
    public String uri(int port) {
        return "redis://127.0.0.1:" + port;
    }

    /** The first line of what it answers. */
    static String ask(int port, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
                line.append((char) c);
            }
            return line.toString();
        }
    }
}
