package dev.hawser.tck.container;

import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.core.spi.LoadableExtension;

/** Tells Arquillian which container to use. */
public final class EmbeddedContainerExtension implements LoadableExtension {

    /** Created by Arquillian. */
    public EmbeddedContainerExtension() {}

    @Override
    public void register(ExtensionBuilder builder) {
        builder.service(DeployableContainer.class, EmbeddedDeployableContainer.class);
    }
}
