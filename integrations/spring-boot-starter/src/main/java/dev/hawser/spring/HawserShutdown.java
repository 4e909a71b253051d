package dev.hawser.spring;

import dev.hawser.HawserContainer;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the sessions in the phase in which Spring Boot drains its web server. Peers get 1001, and closing takes at most
 * as long as the setting {@code stopTimeout}. Beans that handlers use are stopped and destroyed later.
 */
final class HawserShutdown implements SmartLifecycle {
    /**
     * {@code WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE}, whose package differs between Spring Boot 3.5
     * and 4.
     */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

    private final HawserServer server;
    private volatile boolean running;

    HawserShutdown(HawserServer server) {
        this.server = server;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        HawserContainer container = server.container();
        if (container != null) {
            container.stop();
        }
        running = false;
    }

    /** Runs on another thread, so that the web server refuses requests meanwhile. */
    @Override
    public void stop(Runnable callback) {
        new Thread(
                        () -> {
                            try {
                                stop();
                            } finally {
                                callback.run();
                            }
                        },
                        "hawser-shutdown")
                .start();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /**
     * Spring 7 stops the lifecycle beans of a test's context while no test uses it, and starts them again. Hawser
     * cannot be started again, and neither can Spring Boot's web server, which is not paused either. Overrides a method
     * that Spring 6 does not have.
     */
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
