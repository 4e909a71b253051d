package dev.hawser.architecture.seeded.internal.tomcat;

public final class Tomcat {}
