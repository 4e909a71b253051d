package dev.hawser.architecture.seeded.internal.coder;

import dev.hawser.architecture.seeded.internal.endpoint.HalfOfACycle;

public final class OtherHalf {
    static final Class<?> USED = HalfOfACycle.class;
}
