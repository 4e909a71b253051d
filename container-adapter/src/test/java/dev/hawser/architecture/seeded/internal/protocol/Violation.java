package dev.hawser.architecture.seeded.internal.protocol;

public class Violation extends Exception {
    private static final long serialVersionUID = 1L;
}
