package dev.hawser.architecture.seeded.endpoint;

import dev.hawser.architecture.seeded.coder.OtherHalf;

public final class HalfOfACycle {
    static final Class<?> USED = OtherHalf.class;
}
