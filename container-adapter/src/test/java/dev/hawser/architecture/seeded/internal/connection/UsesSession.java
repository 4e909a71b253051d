package dev.hawser.architecture.seeded.internal.connection;

import dev.hawser.architecture.seeded.internal.session.Parent;

public final class UsesSession {
    static final Class<?> USED = Parent.class;
}
