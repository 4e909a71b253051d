package dev.hawser.architecture.seeded.client;

public final class Client {}
