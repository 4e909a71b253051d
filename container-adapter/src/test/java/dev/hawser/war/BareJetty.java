package dev.hawser.war;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** A Jetty. */
public final class BareJetty implements BareServer {
    /**
     * All there from the start: how many threads a server has got used to does not depend on what was deployed first.
     */
    private static final int THREADS = 16;

    private final Server server = new Server(new QueuedThreadPool(THREADS, THREADS));
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final ContextHandlerCollection contexts = new ContextHandlerCollection();
    private @Nullable WebAppContext context;

    public BareJetty() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(contexts);
        server.start();
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public ClassLoader deploy(Path war, Map<String, String> contextParameters) throws Exception {
        WebAppContext deployed = new WebAppContext();
        deployed.setContextPath("/");
        deployed.setWar(war.toUri().toString());
        deployed.setThrowUnavailableOnStartupException(true);
        contextParameters.forEach(deployed::setInitParameter);
        Callback.Completable added = new Callback.Completable();
        contexts.deployHandler(deployed, added);
        added.get(30, TimeUnit.SECONDS);
        context = deployed;
        try {
            deployed.start();
        } catch (Exception e) {
            undeploy();
            throw e;
        }
        return deployed.getClassLoader();
    }

    @Override
    public void undeploy() throws Exception {
        WebAppContext deployed = context;
        context = null;
        if (deployed != null) {
            Callback.Completable removed = new Callback.Completable();
            contexts.undeployHandler(deployed, removed);
            removed.get(30, TimeUnit.SECONDS);
            deployed.stop();
            deployed.destroy();
        }
    }

    @Override
    public String serverContainer() {
        Object container = context.getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
        return container == null ? "none" : container.getClass().getName();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
