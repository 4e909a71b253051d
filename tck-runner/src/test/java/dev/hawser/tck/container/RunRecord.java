package dev.hawser.tck.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What a run was made with, for whoever reads its results: the container, and the jar by its SHA-256. */
final class RunRecord {
    private RunRecord() {}

    /**
     * Prints it, and writes it to the file that the build names, if it names one: the container, the digest, and the
     * jar's name, each a line.
     */
    static void write(String container, Optional<Path> jar) throws IOException {
        String digest = jar.isPresent() ? sha256(jar.get()) : "none";
        String name = jar.map(path -> path.getFileName().toString()).orElse("an implementation of others");
        System.out.println("On " + container + ": " + name + ", SHA-256 " + digest);
        String file = System.getProperty("hawser.suite.record", "");
        if (!file.isEmpty()) {
            Path record = Path.of(file);
            Files.createDirectories(record.toAbsolutePath().getParent());
            Files.write(record, List.of(container, digest, name));
        }
    }

    private static String sha256(Path jar) throws IOException {
        if (!Files.isRegularFile(jar)) {
            return "none: classes that are not in a jar yet";
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
