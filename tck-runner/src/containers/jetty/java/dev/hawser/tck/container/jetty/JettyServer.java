package dev.hawser.tck.container.jetty;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.LoginService;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.security.Password;

/**
 * Jetty without what differs between its levels of Jakarta EE, which is the class of a web application. As an
 * application embeds it: no configuration files, no start modules. The methods do what those of
 * {@link dev.hawser.tck.container.ContainerUnderTest} say.
 */
public final class JettyServer {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ContextHandlerCollection contexts = new ContextHandlerCollection();
    private final Map<String, ContextHandler> applications = new HashMap<>();
    private Path workDirectory = Path.of("");

    /** Starts it, and returns the port. */
    public int start(Path workDirectory) throws Exception {
        this.workDirectory = workDirectory;
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(contexts);
        server.addBean(users());
        server.start();
        return connector.getLocalPort();
    }

    private static LoginService users() {
        UserStore store = new UserStore();
        store.addUser("ada", new Password("lovelace"), new String[] {"member"});
        store.addUser("grace", new Password("hopper"), new String[0]);
        HashLoginService users = new HashLoginService("suite");
        users.setUserStore(store);
        return users;
    }

    /** Starts an application that knows its WAR already. */
    public void deploy(String contextPath, ContextHandler application) throws Exception {
        application.setServer(server);
        application.setContextPath(contextPath);
        application.setTempDirectory(
                Files.createTempDirectory(workDirectory, "application").toFile());
        contexts.addHandler(application);
        try {
            application.start();
        } catch (Exception | LinkageError e) {
            contexts.removeHandler(application);
            application.destroy();
            throw e;
        }
        applications.put(contextPath, application);
    }

    /** Stops it and takes it out. */
    public void undeploy(String contextPath) throws Exception {
        ContextHandler application = applications.remove(contextPath);
        if (application == null) {
            throw new IllegalArgumentException("Not deployed: " + contextPath);
        }
        application.stop();
        contexts.removeHandler(application);
        application.destroy();
    }

    /** Stops the server. */
    public void stop() throws Exception {
        server.stop();
    }
}
