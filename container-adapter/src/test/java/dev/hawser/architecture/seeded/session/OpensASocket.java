package dev.hawser.architecture.seeded.session;

import java.net.Socket;

public final class OpensASocket {
    static final Class<?> USED = Socket.class;
}
