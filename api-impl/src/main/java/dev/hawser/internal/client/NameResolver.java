package dev.hawser.internal.client;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Looks the addresses of a host up. It may take as long as it likes: it is called where it can be abandoned. */
interface NameResolver {
    /**
     * Looks a name up.
     *
     * @throws IOException with the name in its message if it is not known
     */
    List<InetAddress> resolve(String host) throws IOException;

    /** The JVM's own. */
    static NameResolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
