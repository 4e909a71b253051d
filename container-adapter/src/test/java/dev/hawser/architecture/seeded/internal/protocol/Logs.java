package dev.hawser.architecture.seeded.internal.protocol;

public final class Logs {
    static final System.Logger LOG = System.getLogger("x");
}
