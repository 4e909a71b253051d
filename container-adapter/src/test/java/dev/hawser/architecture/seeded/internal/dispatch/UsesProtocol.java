package dev.hawser.architecture.seeded.internal.dispatch;

import dev.hawser.architecture.seeded.internal.protocol.Refusal;

public final class UsesProtocol {
    static final Class<?> USED = Refusal.class;
}
