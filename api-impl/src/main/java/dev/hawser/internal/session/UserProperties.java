package dev.hawser.internal.session;

import jakarta.websocket.EndpointConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The user properties of one connection. Thread-safe. Setting a property to null removes it: applications copy values
 * that may be null, such as the HttpSession of a request, and a missing property means the same.
 */
public final class UserProperties extends ConcurrentHashMap<String, Object> {
    private static final long serialVersionUID = 1;

    /** A configuration that makes its properties when somebody asks for them. */
    public interface Lazily {
        /** Whether there are properties, or somebody has asked for them. */
        boolean hasUserProperties();
    }

    /** Called for each property that is set from now on. */
    private transient volatile @Nullable BiConsumer<String, Object> listener;

    /** A copy of the declared properties, without null keys and values; empty for null. */
    @SuppressWarnings("this-escape") // the class is final
    public UserProperties(@Nullable Map<? extends @Nullable String, ? extends @Nullable Object> declared) {
        if (declared != null) {
            putAll(declared);
        }
    }

    /** A copy of the configuration's properties; null if there are none, so that most sessions need no map. */
    static @Nullable UserProperties copyOf(EndpointConfig config) {
        if (config instanceof Lazily lazily && !lazily.hasUserProperties()) {
            return null;
        }
        UserProperties copy = new UserProperties(config.getUserProperties());
        return copy.isEmpty() ? null : copy;
    }

    void tell(BiConsumer<String, Object> later) {
        listener = later;
    }

    @Override
    public @Nullable Object put(String name, @Nullable Object value) {
        if (value == null) {
            return remove(name);
        }
        Object before = super.put(name, value);
        BiConsumer<String, Object> told = listener;
        if (told != null) {
            told.accept(name, value);
        }
        return before;
    }

    @Override
    public @Nullable Object putIfAbsent(String name, @Nullable Object value) {
        return value == null ? get(name) : super.putIfAbsent(name, value);
    }

    /** Leaves out entries with a null key. */
    @Override
    public void putAll(Map<? extends @Nullable String, ? extends @Nullable Object> more) {
        more.forEach((name, value) -> {
            if (name != null) {
                put(name, value);
            }
        });
    }
}
