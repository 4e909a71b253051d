package dev.hawser.architecture.seeded.internal.session;

public final class SessionManager {}
