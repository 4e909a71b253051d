package dev.hawser.servlet;

import jakarta.servlet.ServletContextAttributeEvent;
import jakarta.servlet.ServletContextAttributeListener;

/**
 * Notices that another implementation, whose initializer runs after ours, puts its ServerContainer over ours. It is told at once, so that
 * nobody adds endpoints to the other one meanwhile. It holds nothing, so that a container that keeps it over a restart of the application
 * does no harm.
 */
final class ServerContainerReplaced implements ServletContextAttributeListener {
    @Override
    public void attributeReplaced(ServletContextAttributeEvent event) {
        Deployment deployment = Deployment.of(event.getServletContext());
        if (deployment != null && event.getName().equals(Deployment.SERVER_CONTAINER)) {
            deployment.replaceLaterOne();
        }
    }
}
