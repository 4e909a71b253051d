package dev.hawser.architecture.seeded.client;

import dev.hawser.architecture.seeded.server.Server;

public final class UsesServer {
    static final Class<?> USED = Server.class;
}
