package dev.hawser.tck.container.jettyee10;

import dev.hawser.tck.container.ContainerUnderTest;
import dev.hawser.tck.container.jetty.JettyServer;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.annotations.AnnotationConfiguration;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;

/** Jetty with its Jakarta EE 10 web applications, whose version may be another than that of Jetty itself. */
public final class JettyEe10Container implements ContainerUnderTest {
    private final JettyServer jetty = new JettyServer();

    /** Created by {@link java.util.ServiceLoader}. */
    public JettyEe10Container() {}

    @Override
    public String name() {
        String ee10 = WebAppContext.class.getPackage().getImplementationVersion();
        return "Jetty ee10 " + ee10 + " on Jetty " + Server.getVersion();
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
