package dev.hawser.architecture.seeded.internal.session;

import java.net.Socket;

public final class OpensASocket {
    static final Class<?> USED = Socket.class;
}
