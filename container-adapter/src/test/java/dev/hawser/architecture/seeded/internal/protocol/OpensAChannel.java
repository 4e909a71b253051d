package dev.hawser.architecture.seeded.internal.protocol;

import java.nio.channels.ByteChannel;

public final class OpensAChannel {
    static final Class<?> USED = ByteChannel.class;
}
