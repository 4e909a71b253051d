package dev.hawser.internal.client;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Looks up the addresses of a host. It may take any time, because it runs on a thread that can be abandoned. */
interface NameResolver {
    /**
     * Looks up a name.
     *
     * @throws IOException with the name in its message if it is not known
     */
    List<InetAddress> resolve(String host) throws IOException;

    /** The resolver of the JVM. */
    static NameResolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
