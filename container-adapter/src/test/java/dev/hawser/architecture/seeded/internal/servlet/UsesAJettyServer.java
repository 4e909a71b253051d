package dev.hawser.architecture.seeded.internal.servlet;

import org.eclipse.jetty.server.Server;

public final class UsesAJettyServer {
    static final Class<?> USED = Server.class;
}
