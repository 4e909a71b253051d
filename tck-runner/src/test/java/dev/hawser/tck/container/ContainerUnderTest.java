package dev.hawser.tck.container;

import java.nio.file.Path;

/**
 * A servlet container that web applications are deployed to: one instance, and one server, for all tests of a JVM.
 *
 * <p>An implementation is found by {@link java.util.ServiceLoader} from within the server's own class loader (see
 * {@link IsolatedServer}), so only types of the JDK cross this interface. It listens on 127.0.0.1, on a port that the
 * system chooses, on HTTP/1.1. A web application loads its own classes first. Annotations are looked for in the
 * application only, never on the server's class path. The realm {@code suite} has the users {@code ada} (password
 * {@code lovelace}, role {@code member}) and {@code grace} (password {@code hopper}, no role). No method is called by
 * two threads at a time.
 */
public interface ContainerUnderTest {

    /** The product and its version, for reports. */
    String name();

    /**
     * Starts the server without any application.
     *
     * @param workDirectory an existing directory for temporary files
     * @return the port it listens on
     * @throws Exception if it does not start
     */
    int start(Path workDirectory) throws Exception;

    /**
     * Deploys and starts an application.
     *
     * @param contextPath begins with a slash and is unique
     * @param explodedWar the directory with the application's {@code WEB-INF}
     * @throws Exception if the application does not start; nothing of it stays deployed then
     */
    void deploy(String contextPath, Path explodedWar) throws Exception;

    /**
     * Stops and removes an application.
     *
     * @param contextPath that of an application that was deployed
     * @throws Exception if it does not stop
     */
    void undeploy(String contextPath) throws Exception;

    /** Stops the server. @throws Exception if it does not stop */
    void stop() throws Exception;
}
