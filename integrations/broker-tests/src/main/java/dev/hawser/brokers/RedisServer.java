package dev.hawser.brokers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's redis-server, where each change is on disk before it is answered. */
public final class RedisServer implements Broker {
    private final List<String> options;

    /** @param options more of them, such as {@code --requirepass} and a password */
    public RedisServer(String... options) {
        this.options = List.of(options);
    }

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
        command.addAll(options);
        return command;
    }

    @Override
    public boolean answers(int port) throws IOException {
        String answer = ask(port, "PING");
        return answer.equals("+PONG") || answer.startsWith("-NOAUTH");
    }

    @Override
    public String uri(int port) {
        return "redis://127.0.0.1:" + port;
    }

    /** The first line of what it answers. Before the last command there may be others with such answers, in lines. */
    public static String ask(int port, String commands) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((commands + "\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String last = "";
            for (int left = commands.split("\r\n").length; left > 0; left--) {
                last = line(in);
            }
            return last;
        }
    }

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
