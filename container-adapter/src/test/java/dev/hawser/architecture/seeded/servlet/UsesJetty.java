package dev.hawser.architecture.seeded.servlet;

import dev.hawser.architecture.seeded.jetty.Jetty;

public final class UsesJetty {
    static final Class<?> USED = Jetty.class;
}
