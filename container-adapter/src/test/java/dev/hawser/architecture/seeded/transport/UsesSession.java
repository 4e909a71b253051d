package dev.hawser.architecture.seeded.transport;

import dev.hawser.architecture.seeded.session.Parent;

public final class UsesSession {
    static final Class<?> USED = Parent.class;
}
