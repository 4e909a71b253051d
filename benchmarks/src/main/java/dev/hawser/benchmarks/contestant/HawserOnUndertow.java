package dev.hawser.benchmarks.contestant;

import dev.hawser.servlet.HawserInitializer;
import io.undertow.servlet.api.ServletContainerInitializerInfo;

/** Hawser on Undertow 2.3, with the Servlet transport. */
public final class HawserOnUndertow implements Server {
    @Override
    public int start() throws Exception {
        return UndertowOwn.start(UndertowOwn.deployment()
                .addServletContainerInitializer(
                        new ServletContainerInitializerInfo(HawserInitializer.class, Endpoints.served())));
    }
}
