package dev.hawser.tck.container;

import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;

/** Arquillian asks for a configuration type. The run is configured on Maven's command line instead. */
public final class NothingToConfigure implements ContainerConfiguration {

    /** Created by Arquillian. */
    public NothingToConfigure() {}

    @Override
    public void validate() {}
}
