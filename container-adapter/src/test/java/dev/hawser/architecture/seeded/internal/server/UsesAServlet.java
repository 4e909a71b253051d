package dev.hawser.architecture.seeded.internal.server;

import jakarta.servlet.ServletContext;

public final class UsesAServlet {
    static final Class<?> USED = ServletContext.class;
}
