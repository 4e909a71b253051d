package dev.hawser.architecture.seeded.internal.connection;

import jakarta.websocket.Session;

public final class UsesAJakartaSession {
    static final Class<?> USED = Session.class;
}
