package dev.hawser.architecture.seeded.jetty;

public final class Jetty {}
