package dev.hawser.architecture.seeded.server;

public final class Server {}
