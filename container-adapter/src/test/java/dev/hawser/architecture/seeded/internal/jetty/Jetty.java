package dev.hawser.architecture.seeded.internal.jetty;

public final class Jetty {}
