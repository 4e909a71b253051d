package dev.hawser.architecture.seeded.misc;

public final class HasNoPlace {}
