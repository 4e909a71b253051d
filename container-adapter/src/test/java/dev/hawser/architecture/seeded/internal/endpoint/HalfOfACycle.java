package dev.hawser.architecture.seeded.internal.endpoint;

import dev.hawser.architecture.seeded.internal.coder.OtherHalf;

public final class HalfOfACycle {
    static final Class<?> USED = OtherHalf.class;
}
