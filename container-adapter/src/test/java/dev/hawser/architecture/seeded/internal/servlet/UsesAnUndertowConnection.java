package dev.hawser.architecture.seeded.internal.servlet;

import org.xnio.StreamConnection;

public final class UsesAnUndertowConnection {
    static final Class<?> USED = StreamConnection.class;
}
