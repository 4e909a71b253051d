package dev.hawser.spring.test;

import dev.hawser.HawserContainer;
import dev.hawser.Settings;
import dev.hawser.spring.HawserContainerSource;
import dev.hawser.test.EndpointTester;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.web.context.WebApplicationContext;

/**
 * Starts the application's container in memory. Coders and configurators are autowired as on a server. Thread-safe,
 * because a context may be closed by another thread.
 */
final class MemorySource implements HawserContainerSource, DisposableBean {
    private final ApplicationContext context;
    private volatile @Nullable EndpointTester tester;

    MemorySource(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public HawserContainer start(Settings settings) {
        EndpointTester started = EndpointTester.builder()
                .settings(settings)
                .attribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, context)
                .start();
        tester = started;
        return started.container();
    }

    EndpointTester tester() {
        EndpointTester started = tester;
        if (started == null) {
            throw new IllegalStateException("Hawser does not serve this application: another container was started");
        }
        return started;
    }

    @Override
    public void destroy() {
        EndpointTester started = tester;
        if (started != null) {
            started.close();
        }
    }
}
