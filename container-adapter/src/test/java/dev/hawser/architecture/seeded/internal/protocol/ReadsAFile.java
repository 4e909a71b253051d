package dev.hawser.architecture.seeded.internal.protocol;

import java.nio.file.Path;

public final class ReadsAFile {
    static final Path FILE = Path.of("x");
}
