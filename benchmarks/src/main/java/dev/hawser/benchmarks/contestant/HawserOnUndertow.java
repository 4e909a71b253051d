package dev.hawser.benchmarks.contestant;

import dev.hawser.servlet.HawserInitializer;
import io.undertow.servlet.api.ServletContainerInitializerInfo;

/** Hawser on Undertow 2.3, by the Servlet API. */
public final class HawserOnUndertow implements Server {
    @Override
    public int start() throws Exception {
        return UndertowOwn.start(UndertowOwn.deployment()
                .addServletContainerInitializer(
                        new ServletContainerInitializerInfo(HawserInitializer.class, Endpoints.served())));
    }
}
