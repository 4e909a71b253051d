package dev.hawser.architecture.seeded.protocol;

import java.nio.file.Path;

public final class ReadsAFile {
    static final Path FILE = Path.of("x");
}
