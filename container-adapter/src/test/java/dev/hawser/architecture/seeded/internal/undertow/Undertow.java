package dev.hawser.architecture.seeded.internal.undertow;

public final class Undertow {}
