package dev.hawser.tck.container;

import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.container.LifecycleException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.descriptor.api.Descriptor;

/**
 * Arquillian's view of {@link Deployments}. All test classes of a run share the server, so starting and stopping the
 * container are no work.
 */
public final class EmbeddedDeployableContainer implements DeployableContainer<NothingToConfigure> {

    /** Created by Arquillian. */
    public EmbeddedDeployableContainer() {}

    @Override
    public Class<NothingToConfigure> getConfigurationClass() {
        return NothingToConfigure.class;
    }

    @Override
    public void setup(NothingToConfigure configuration) {}

    @Override
    public void start() throws LifecycleException {
        try {
            IsolatedServer.running();
        } catch (Exception e) {
            throw new LifecycleException("The server does not start", e);
        }
    }

    @Override
    public void stop() {}

    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Local");
    }

    /** Answers the same for an application that does not start: see {@link Deployments}. */
    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        try {
            Deployments.deploy(archive);
            HTTPContext context = new HTTPContext("127.0.0.1", Deployments.port());
            // By this entry Arquillian knows the context path of an injected URL.
            context.add(new Servlet("default", Deployments.contextPath(archive)));
            return new ProtocolMetaData().addContext(context);
        } catch (Exception e) {
            throw new DeploymentException("Cannot deploy " + archive.getName(), e);
        }
    }

    @Override
    public void undeploy(Archive<?> archive) throws DeploymentException {
        try {
            Deployments.undeploy(archive);
        } catch (Exception e) {
            throw new DeploymentException("Cannot undeploy " + archive.getName(), e);
        }
    }

    @Override
    @SuppressWarnings("deprecation")
    public void deploy(Descriptor descriptor) {
        throw new UnsupportedOperationException("Only archives are deployed");
    }

    @Override
    @SuppressWarnings("deprecation")
    public void undeploy(Descriptor descriptor) {
        throw new UnsupportedOperationException("Only archives are deployed");
    }
}
