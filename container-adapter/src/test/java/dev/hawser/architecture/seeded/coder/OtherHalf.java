package dev.hawser.architecture.seeded.coder;

import dev.hawser.architecture.seeded.endpoint.HalfOfACycle;

public final class OtherHalf {
    static final Class<?> USED = HalfOfACycle.class;
}
