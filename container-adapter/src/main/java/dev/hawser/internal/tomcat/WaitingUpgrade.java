package dev.hawser.internal.tomcat;

import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an upgrade handler needs to know, which Tomcat makes without any parameters.
 *
 * @param onStreams makes what gets the connection if its socket is of an unknown kind
 * @param unknown is told of such a socket
 */
record WaitingUpgrade(
        SelectorLoops loops,
        TransportListener listener,
        Peers peers,
        Supplier<HttpUpgradeHandler> onStreams,
        Consumer<Object> unknown) {}
