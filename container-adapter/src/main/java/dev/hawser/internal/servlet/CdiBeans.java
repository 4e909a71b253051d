package dev.hawser.internal.servlet;

import dev.hawser.servlet.ServletTopics;
import dev.hawser.topic.Topics;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Topics} and {@link ServerContainer} injectable with CDI, unless the application has beans of these
 * types. Only CDI loads this class: it finds it in a service file, which nobody else reads.
 *
 * <p>There is one object for each application. The beans look for what they stand for when they are first used.
 */
public final class CdiBeans implements Extension {
    private static final String CONTAINER = "jakarta.websocket.server.ServerContainer";

    /** Which of the two types the application provides itself. */
    private final Set<Class<?>> ofApplication = ConcurrentHashMap.newKeySet();

    /** Its ServletContext; null until it starts. An Object, because a program with CDI may be without servlets. */
    private volatile @Nullable Object application;

    /** For CDI. */
    public CdiBeans() {}

    /** Takes notice of the application's own beans. Called by CDI. */
    void found(@Observes ProcessBean<?> event) {
        Bean<?> bean = event.getBean();
        for (Class<?> type : Set.of(Topics.class, ServerContainer.class)) {
            if (bean.getTypes().contains(type) && bean.getQualifiers().contains(Default.Literal.INSTANCE)) {
                ofApplication.add(type);
            }
        }
    }

    /** Adds the beans. Called by CDI. */
    void add(@Observes AfterBeanDiscovery event) {
        add(event, Topics.class, beans -> Application.topics(application, beans));
        add(event, ServerContainer.class, beans -> Application.container(application, beans));
    }

    private <T> void add(AfterBeanDiscovery event, Class<T> type, Function<Instance<Object>, T> source) {
        if (!ofApplication.contains(type)) {
            event.<T>addBean()
                    .beanClass(beanClass(event, type))
                    .types(type, Object.class)
                    .scope(ApplicationScoped.class)
                    .produceWith(source);
        }
    }

    /**
     * OpenWebBeans makes the proxy of a bean of its class and not of its types, so the class has to be the type. To
     * Weld the class says to which archive the bean belongs, and the type may be in a module of the server.
     */
    private static Class<?> beanClass(AfterBeanDiscovery event, Class<?> type) {
        return event.getClass().getName().startsWith("org.apache.webbeans.") ? type : CdiBeans.class;
    }

    /** Takes the application, before other observers of this event use the beans. Called by CDI, perhaps again. */
    void started(@Observes @Initialized(ApplicationScoped.class) @Priority(0) Object payload) {
        // what is no web application must not replace one; without servlets there is nothing to keep
        if (application == null || payload instanceof ServletContext) {
            application = payload;
        }
    }

    /** A class of its own, because CDI looks at all methods of the other one, also where there are no servlets. */
    private static final class Application {
        private Application() {}

        static Topics topics(@Nullable Object application, Instance<Object> beans) {
            return ServletTopics.of(context(application, beans));
        }

        static ServerContainer container(@Nullable Object application, Instance<Object> beans) {
            if (context(application, beans).getAttribute(CONTAINER) instanceof ServerContainer present) {
                return present;
            }
            throw new IllegalStateException("There is no ServerContainer to inject: no WebSocket implementation has"
                    + " started in this application");
        }

        /** In WildFly and Payara the event does not come here; the bean of CDI works on threads of the application. */
        private static ServletContext context(@Nullable Object application, Instance<Object> beans) {
            if (application instanceof ServletContext present) {
                return present;
            }
            Instance<ServletContext> ofCdi = beans.select(ServletContext.class);
            if (ofCdi.isResolvable()) {
                return ofCdi.get();
            }
            throw new IllegalStateException("There is nothing to inject: no web application has started");
        }
    }
}
