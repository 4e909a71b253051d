package dev.hawser.architecture.seeded.internal.servlet;

import dev.hawser.architecture.seeded.internal.jetty.Jetty;

public final class UsesJetty {
    static final Class<?> USED = Jetty.class;
}
