package dev.hawser.benchmarks.contestant;

import dev.hawser.servlet.HawserInitializer;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import org.jspecify.annotations.Nullable;

/** Hawser on Undertow 2.3, with the Servlet transport. */
public final class HawserOnUndertow implements Server {
    private @Nullable Undertow running;
    private @Nullable DeploymentManager deployed;

    @Override
    public Ports start() throws Exception {
        DeploymentInfo deployment = UndertowOwn.deployment()
                .addServletContainerInitializer(
                        new ServletContainerInitializerInfo(HawserInitializer.class, Endpoints.served()));
        DeploymentManager manager = Servlets.newContainer().addDeployment(deployment);
        manager.deploy();
        Undertow undertow = UndertowOwn.undertow(manager);
        undertow.start();
        deployed = manager;
        running = undertow;
        return UndertowOwn.portsOf(undertow);
    }

    @Override
    public void stop() throws Exception {
        if (deployed != null && running != null) {
            deployed.stop();
            deployed.undeploy();
            running.stop();
            deployed = null;
            running = null;
        }
    }
}
