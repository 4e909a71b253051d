package dev.hawser.architecture.seeded.servlet;

import org.eclipse.jetty.server.Server;

public final class UsesAJettyServer {
    static final Class<?> USED = Server.class;
}
