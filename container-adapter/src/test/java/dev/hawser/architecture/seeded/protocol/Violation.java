package dev.hawser.architecture.seeded.protocol;

public class Violation extends Exception {
    private static final long serialVersionUID = 1L;
}
