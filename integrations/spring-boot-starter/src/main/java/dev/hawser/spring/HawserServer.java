package dev.hawser.spring;

import dev.hawser.HawserContainer;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.websocket.server.ServerContainer;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.ServletContextInitializer;

/**
 * Starts Hawser in the application's servlet context, with the settings of the properties {@code hawser.*}. Spring Boot
 * calls it as a {@link ServletContextInitializer}, since its embedded servers do not run the initializers of jars. A
 * reactive server has no such hook, and gets it as a {@link ServletContainerInitializer}.
 */
final class HawserServer implements ServletContextInitializer, ServletContainerInitializer {
    private final Map<Setting<?>, String> settings;
    private final Consumer<HawserContainer> started;
    private volatile @Nullable HawserContainer container;

    /**
     * @param settings in their text form
     * @param started called when Hawser has started, before the server accepts connections
     */
    HawserServer(Map<Setting<?>, String> settings, Consumer<HawserContainer> started) {
        this.settings = settings;
        this.started = started;
    }

    @Override
    public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) {
        onStartup(context);
    }

    /** Starts Hawser without a web server; what a web server asks for later has no effect. */
    void startWith(HawserContainerSource source) {
        Settings.Builder given = Settings.builder();
        settings.forEach(given::parse);
        HawserContainer own = source.start(given.build());
        container = own;
        started.accept(own);
    }

    @Override
    public void onStartup(ServletContext context) {
        if (container != null) {
            return;
        }
        settings.forEach((setting, text) -> context.setInitParameter(setting.key(), text));
        try {
            HawserInitializer.start(context);
        } catch (ServletException e) {
            throw new HawserStartException(String.valueOf(e.getMessage()), "Change what the description names.", e);
        }
        Object present = context.getAttribute(ServerContainer.class.getName());
        if (present instanceof HawserContainer hawser) {
            container = hawser;
            started.accept(hawser);
        } else if (!"yield".equals(context.getInitParameter(Setting.ON_CONFLICT.key()))) {
            String other = present == null ? "another" : present.getClass().getName();
            throw new HawserStartException(
                    "Two WebSocket implementations meet in this application, Hawser and " + other
                            + ", and the other one was there first.",
                    OtherImplementations.remedyFor(other),
                    null);
        }
    }

    /**
     * The container that serves the application; null before the web server has started, and if another implementation
     * serves it.
     */
    @Nullable HawserContainer container() {
        return container;
    }
}
