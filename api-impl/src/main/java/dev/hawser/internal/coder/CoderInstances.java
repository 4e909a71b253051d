package dev.hawser.internal.coder;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.component.MakingFailure;
import dev.hawser.internal.log.LimitedLog;
import jakarta.websocket.EndpointConfig;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One instance of each coder class for one session (Jakarta WebSocket 4.1.2, 4.1.3): all are made and initialised when
 * the session opens, and destroyed when it has closed.
 */
final class CoderInstances {
    private static final LimitedLog LOG = new LimitedLog("dev.hawser.coder");
    /** Of all sessions whose endpoints have no coders. */
    private static final CoderInstances NONE = new CoderInstances(List.of(), Components.plain());

    private final List<CoderClass> classes;

    /**
     * Written once by start, on the callback thread, and read by any thread that sends. An element is null before init
     * and after destroy.
     */
    private volatile @Nullable Object @Nullable [] instances;

    /** What start made, to be released. Accessed only on the callback thread. */
    private final List<Component<?>> components;

    private final Components source;

    private CoderInstances(List<CoderClass> classes, Components source) {
        this.classes = classes;
        this.components = new ArrayList<>(classes.size());
        this.source = source;
    }

    /** No coder is made before {@link #start}. */
    static CoderInstances of(List<CoderClass> classes, Components source) {
        return classes.isEmpty() ? NONE : new CoderInstances(classes, source);
    }

    /** Initialises a coder. */
    interface Init {
        void init(Object coder, EndpointConfig config);
    }

    /**
     * Makes and initialises all coders, in declaration order. If one cannot be made, an InstantiationException says
     * which and why; what an init throws is thrown as it is. The coders before it stay in service.
     */
    void start(EndpointConfig config, Init init) throws Throwable {
        if (classes.isEmpty()) {
            return;
        }
        @Nullable Object[] made = new Object[classes.size()];
        try {
            for (int i = 0; i < made.length; i++) {
                Component<?> coder = make(classes.get(i).type());
                components.add(coder);
                init.init(coder.object(), config);
                made[i] = coder.object();
            }
        } finally {
            instances = made;
        }
    }

    private Component<?> make(Class<?> type) throws Throwable {
        try {
            return source.get(type);
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause();
            if (thrown instanceof Error) {
                throw thrown;
            }
            throw MakingFailure.of(type, thrown); // the environment's own exception may not name the coder
        }
    }

    /** The instance of the class with this index. */
    Object get(int index) {
        @Nullable Object[] made = instances;
        Object coder = made == null ? null : made[index];
        if (coder == null) {
            throw new IllegalStateException(
                    "Coder %s is not in service: it could not be initialised, or the session is not open"
                            .formatted(classes.get(index).type().getTypeName()));
        }
        return coder;
    }

    /** Releases all coders, also those whose init threw. */
    void release() {
        if (!classes.isEmpty()) { // the list of NONE is shared
            components.forEach(Component::giveBack);
            components.clear();
        }
    }

    int size() {
        return classes.size();
    }

    /** Calls destroy of one coder, if it is in service. What it throws is logged, since no callback is left to tell. */
    void destroy(int index, Consumer<Object> destroy) {
        @Nullable Object[] made = instances;
        Object coder = made == null ? null : made[index];
        if (made == null || coder == null) {
            return;
        }
        made[index] = null;
        try {
            destroy.accept(coder);
        } catch (Throwable e) { // the session must end all the same; otherwise it would stay in the registry
            LOG.log(
                    System.Logger.Level.WARNING,
                    "destroy() of " + classes.get(index).type().getTypeName() + " failed",
                    e);
        }
    }
}
