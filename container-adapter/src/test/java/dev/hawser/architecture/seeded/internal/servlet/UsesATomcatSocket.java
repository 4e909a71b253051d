package dev.hawser.architecture.seeded.internal.servlet;

import org.apache.tomcat.util.net.NioChannel;

public final class UsesATomcatSocket {
    static final Class<?> USED = NioChannel.class;
}
