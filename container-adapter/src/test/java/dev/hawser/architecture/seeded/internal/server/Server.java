package dev.hawser.architecture.seeded.internal.server;

public final class Server {}
