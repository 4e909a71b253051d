package dev.hawser.architecture.seeded.internal.client;

import dev.hawser.architecture.seeded.internal.server.Server;

public final class UsesServer {
    static final Class<?> USED = Server.class;
}
