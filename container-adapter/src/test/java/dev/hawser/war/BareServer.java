package dev.hawser.war;

import java.nio.file.Path;
import java.util.Map;

/**
 * A container on a free port, to which WARs are deployed as its user would do it: no word of Hawser. Its classes live
 * in a {@link ServerClasses}, which has the container's jars and shares this interface with the test.
 */
public interface BareServer extends AutoCloseable {
    int port();

    /**
     * Deploys a WAR at the root, in the place of nothing.
     *
     * @return its class loader
     * @throws Exception if it does not start; then nothing is deployed
     */
    ClassLoader deploy(Path war, Map<String, String> contextParameters) throws Exception;

    /** Stops what is deployed and takes it out; the server goes on. */
    void undeploy() throws Exception;

    /** The class name of the ServerContainer in the context, or {@code none}. */
    String serverContainer();
}
