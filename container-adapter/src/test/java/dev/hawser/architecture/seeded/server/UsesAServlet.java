package dev.hawser.architecture.seeded.server;

import jakarta.servlet.ServletContext;

public final class UsesAServlet {
    static final Class<?> USED = ServletContext.class;
}
