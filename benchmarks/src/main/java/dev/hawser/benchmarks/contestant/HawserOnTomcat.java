package dev.hawser.benchmarks.contestant;

import dev.hawser.servlet.HawserInitializer;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;

/** Hawser on Tomcat 11, with the transport that the settings choose. */
public final class HawserOnTomcat implements Server {
    private @Nullable Tomcat running;

    @Override
    public Ports start() throws Exception {
        Tomcat tomcat = TomcatOwn.tomcat();
        running = tomcat;
        TomcatOwn.context(tomcat).addServletContainerInitializer(new HawserInitializer(), Endpoints.served());
        return TomcatOwn.start(tomcat);
    }

    @Override
    public void stop() throws Exception {
        if (running != null) {
            running.stop();
            running.destroy();
            running = null;
        }
    }
}
