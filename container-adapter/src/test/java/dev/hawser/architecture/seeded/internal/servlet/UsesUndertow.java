package dev.hawser.architecture.seeded.internal.servlet;

import dev.hawser.architecture.seeded.internal.undertow.Undertow;

public final class UsesUndertow {
    static final Class<?> USED = Undertow.class;
}
