package dev.hawser.coder;

import jakarta.websocket.EndpointConfig;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One instance of each coder class for one session (Jakarta WebSocket 4.1.2, 4.1.3): made and brought into service together when the
 * session opens, destroyed together when it has closed.
 */
final class CoderInstances {
    private static final System.Logger LOG = System.getLogger("dev.hawser.coder");

    private final List<CoderClass> classes;

    /** Written once by start, on the callback thread, and read by any thread that sends; an element is null if it was not brought into service. */
    private volatile @Nullable Object @Nullable [] instances;

    CoderInstances(List<CoderClass> classes) {
        this.classes = classes;
    }

    /** Brings the coder into service or out of it. */
    interface Init {
        void init(Object coder, EndpointConfig config);
    }

    /** Makes and initialises all, in declaration order; throws what a constructor or init threw, with those before it in service. */
    void start(EndpointConfig config, Init init) throws Throwable {
        @Nullable Object[] made = new Object[classes.size()];
        try {
            for (int i = 0; i < made.length; i++) {
                Object coder = classes.get(i).make();
                init.init(coder, config);
                made[i] = coder;
            }
        } finally {
            instances = made;
        }
    }

    /** The instance of a class. */
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

    int size() {
        return classes.size();
    }

    /** Calls destroy of one, if it is in service; what it throws is logged, since nobody is left to be told. */
    void destroy(int index, Consumer<Object> destroy) {
        @Nullable Object[] made = instances;
        Object coder = made == null ? null : made[index];
        if (made == null || coder == null) {
            return;
        }
        made[index] = null;
        try {
            destroy.accept(coder);
        } catch (Throwable e) { // the session must end all the same, or it would stay in the registry
            LOG.log(
                    System.Logger.Level.WARNING,
                    "destroy() of " + classes.get(index).type().getTypeName() + " failed",
                    e);
        }
    }
}
