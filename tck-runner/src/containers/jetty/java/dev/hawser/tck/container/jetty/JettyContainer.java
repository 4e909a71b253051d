package dev.hawser.tck.container.jetty;

import dev.hawser.tck.container.ContainerUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.ee11.annotations.AnnotationConfiguration;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.LoginService;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.security.Password;

/** Jetty, as an application embeds it: no configuration files, no start modules. */
public final class JettyContainer implements ContainerUnderTest {

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ContextHandlerCollection contexts = new ContextHandlerCollection();
    private final Map<String, WebAppContext> applications = new HashMap<>();
    private Path workDirectory = Path.of("");

    /** Created by {@link java.util.ServiceLoader}. */
    public JettyContainer() {}

    @Override
    public String name() {
        return "Jetty ee11 " + Server.getVersion();
    }

    @Override
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

    @Override
    public void deploy(String contextPath, Path explodedWar) throws Exception {
        WebAppContext application = new WebAppContext();
        application.setServer(server);
        application.setContextPath(contextPath);
        application.setWar(explodedWar.toString());
        application.setTempDirectory(
                Files.createTempDirectory(workDirectory, "application").toFile());
        // A WAR's classes are also on the test class path; its own copies count.
        application.setParentLoaderPriority(false);
        application.setThrowUnavailableOnStartupException(true);
        // Without this one no ServletContainerInitializer is called.
        application.addConfiguration(new AnnotationConfiguration());
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

    @Override
    public void undeploy(String contextPath) throws Exception {
        WebAppContext application = applications.remove(contextPath);
        if (application == null) {
            throw new IllegalArgumentException("Not deployed: " + contextPath);
        }
        application.stop();
        contexts.removeHandler(application);
        application.destroy();
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
