package dev.hawser.architecture.seeded.session;

public final class SessionManager {}
