package dev.hawser.tck.container;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.shrinkwrap.api.Archive;
import org.jspecify.annotations.Nullable;

/**
 * Deploys archives to the one server, and remembers which of them did not start, and why.
 *
 * <p>The official TCK deploys broken applications and then runs test methods against them, so for Arquillian a failed
 * deployment must look like a good one. Our own suite asks here what the failure was.
 */
public final class Deployments {

    private static final System.Logger LOG = System.getLogger(Deployments.class.getName());

    private static final Map<String, Throwable> FAILURES = new ConcurrentHashMap<>();

    private Deployments() {}

    /** The context path of an archive: its name without the extension. */
    public static String contextPath(Archive<?> archive) {
        return "/" + archive.getName().replaceAll("\\.[a-z]+$", "");
    }

    /**
     * Deploys an archive.
     *
     * @return the failure if the application did not start, else null
     * @throws Exception if the server itself does not run, or the archive cannot be written
     */
    public static @Nullable Throwable deploy(Archive<?> archive) throws Exception {
        IsolatedServer server = IsolatedServer.running();
        FAILURES.remove(archive.getName());
        try {
            server.deploy(contextPath(archive), ExplodedWar.write(archive, Placement.ofThisRun()));
            return null;
        } catch (Exception | LinkageError e) {
            LOG.log(System.Logger.Level.INFO, "Does not start: " + archive.getName(), e);
            FAILURES.put(archive.getName(), e);
            return e;
        }
    }

    /** Takes an archive out of service; does nothing if it did not start. @throws Exception if it does not stop */
    public static void undeploy(Archive<?> archive) throws Exception {
        if (FAILURES.remove(archive.getName()) == null) {
            IsolatedServer.running().undeploy(contextPath(archive));
        }
    }

    /** The port on 127.0.0.1 that applications are reached at. @throws Exception if the server does not start */
    public static int port() throws Exception {
        return IsolatedServer.running().port();
    }
}
