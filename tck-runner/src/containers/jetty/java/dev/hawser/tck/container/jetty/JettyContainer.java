package dev.hawser.tck.container.jetty;

import dev.hawser.tck.container.ContainerUnderTest;
import java.nio.file.Path;
import org.eclipse.jetty.ee11.annotations.AnnotationConfiguration;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;

/** Jetty with its Jakarta EE 11 web applications. */
public final class JettyContainer implements ContainerUnderTest {
    private final JettyServer jetty = new JettyServer();

    /** Created by {@link java.util.ServiceLoader}. */
    public JettyContainer() {}

    @Override
    public String name() {
        return "Jetty ee11 " + Server.getVersion();
    }

    @Override
    public int start(Path workDirectory) throws Exception {
        return jetty.start(workDirectory);
    }

    @Override
    public void deploy(String contextPath, Path explodedWar) throws Exception {
        WebAppContext application = new WebAppContext();
        application.setWar(explodedWar.toString());
        // A WAR's classes are also on the test class path; its own copies count.
        application.setParentLoaderPriority(false);
        application.setThrowUnavailableOnStartupException(true);
        // Without this one no ServletContainerInitializer is called.
        application.addConfiguration(new AnnotationConfiguration());
        jetty.deploy(contextPath, application);
    }

    @Override
    public void undeploy(String contextPath) throws Exception {
        jetty.undeploy(contextPath);
    }

    @Override
    public void stop() throws Exception {
        jetty.stop();
    }
}
