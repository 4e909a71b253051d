package dev.hawser.benchmarks.contestant;

import dev.hawser.servlet.HawserInitializer;
import org.apache.catalina.startup.Tomcat;

/** Hawser on Tomcat 11, with the transport that the settings choose. */
public final class HawserOnTomcat implements Server {
    @Override
    public int start() throws Exception {
        Tomcat tomcat = TomcatOwn.tomcat();
        TomcatOwn.context(tomcat).addServletContainerInitializer(new HawserInitializer(), Endpoints.served());
        return TomcatOwn.start(tomcat);
    }
}
