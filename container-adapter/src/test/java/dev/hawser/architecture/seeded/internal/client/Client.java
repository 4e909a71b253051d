package dev.hawser.architecture.seeded.internal.client;

public final class Client {}
