package dev.hawser.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Where the build has unpacked the servers, and where each test gives one its files. */
final class Folders {
    private Folders() {}

    /** The unpacked servers whose folder's name matches; the test fails if there is none. */
    static List<Path> servers(String regex) {
        Path root = Path.of(System.getProperty("servers.folder", "target/servers"));
        try (Stream<Path> all = Files.list(root)) {
            List<Path> found = all.filter(
                            folder -> folder.getFileName().toString().matches(regex))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new AssertionError("no server " + regex + " in " + root);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("run this test with mvn verify", e);
        }
    }

    static Path server(String regex) {
        return servers(regex).get(0);
    }

    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** For servers that must be told a port: one that is free now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
