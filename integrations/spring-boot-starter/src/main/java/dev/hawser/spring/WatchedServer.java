package dev.hawser.spring;

import dev.hawser.HawserContainer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Lets something watch the container once all beans are there, which is after Hawser has started and before the server
 * accepts connections.
 */
final class WatchedServer implements SmartInitializingSingleton, DisposableBean {
    private final HawserServer server;
    private final Function<HawserContainer, Runnable> watch;
    private @Nullable Runnable end;

    /** @param watch begins; its result ends it */
    WatchedServer(HawserServer server, Function<HawserContainer, Runnable> watch) {
        this.server = server;
        this.watch = watch;
    }

    @Override
    public void afterSingletonsInstantiated() {
        HawserContainer container = server.container();
        if (container != null) {
            end = watch.apply(container);
        }
    }

    @Override
    public void destroy() {
        if (end != null) {
            end.run();
        }
    }
}
