package dev.hawser.internal.session;

import dev.hawser.Dispatch;
import dev.hawser.EndpointSettings;
import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.DeploymentException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings that an endpoint declares: by the annotation {@link EndpointSettings}, and by {@link Settings#applyTo},
 * which wins. Server and client endpoints differ only in the settings that only a container can have.
 *
 * @param ofContainers the settings that are refused in an annotation
 */
public record DeclaredSettings(Set<Setting<?>> ofContainers) {
    /** For server endpoints, which make no connections. */
    public static final DeclaredSettings OF_SERVER_ENDPOINTS = new DeclaredSettings(Set.of(
            Setting.MAX_WORKERS,
            Setting.MEMORY_BUDGET,
            Setting.STOP_TIMEOUT,
            Setting.ON_CONFLICT,
            Setting.TRANSPORT,
            Setting.CONNECT_TIMEOUT,
            Setting.MAX_HANDSHAKE_HEADER,
            Setting.CLIENT_KEEP_ALIVE));

    /** For client endpoints. */
    public static final DeclaredSettings OF_CLIENT_ENDPOINTS = new DeclaredSettings(Set.of(
            Setting.MAX_WORKERS, Setting.MEMORY_BUDGET, Setting.STOP_TIMEOUT, Setting.ON_CONFLICT, Setting.TRANSPORT));

    /**
     * Reads the settings of an endpoint.
     *
     * @param userProperties of the endpoint's configuration; null for none
     * @throws DeploymentException naming the class and the element that is not valid
     */
    public Settings of(Class<?> endpointClass, @Nullable Map<String, Object> userProperties)
            throws DeploymentException {
        Settings annotated = annotated(endpointClass);
        if (userProperties == null) {
            return annotated;
        }
        annotated = annotated.over(ForeignProperty.settings(userProperties));
        Object twin = userProperties.get(Settings.USER_PROPERTY);
        if (twin == null) {
            return annotated;
        }
        if (twin instanceof Settings settings) {
            return settings.over(annotated);
        }
        throw new DeploymentException("The user property " + Settings.USER_PROPERTY + " of " + endpointClass.getName()
                + " is a " + twin.getClass().getName() + "; expected a " + Settings.class.getName()
                + ", as Settings.applyTo puts there");
    }

    /**
     * Refuses a dispatch mode that this JVM does not support.
     *
     * @throws IllegalArgumentException with what the mode needs
     */
    public static void requireSupported(Dispatch dispatch) {
        if (!dispatch.isSupported()) {
            throw new IllegalArgumentException(Setting.DISPATCH.key()
                    + "=virtual-threads needs Java 21 or later, and this is Java "
                    + Runtime.version().feature() + "; dispatch=worker runs callbacks that block on every version");
        }
    }

    private Settings annotated(Class<?> endpointClass) throws DeploymentException {
        EndpointSettings annotation = endpointClass.getAnnotation(EndpointSettings.class);
        if (annotation == null) {
            return Settings.defaults();
        }
        Settings.Builder settings = Settings.builder();
        for (String element : annotation.value()) {
            try {
                apply(element, settings);
            } catch (IllegalArgumentException e) {
                throw new DeploymentException(
                        "@EndpointSettings of " + endpointClass.getName() + ": " + e.getMessage());
            }
        }
        return settings.build();
    }

    private void apply(String element, Settings.Builder settings) {
        int equals = element.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("\"" + element + "\" is not of the form name=value");
        }
        String name = element.substring(0, equals).strip();
        for (Setting<?> setting : Setting.all()) {
            if (setting.name().equals(name)) {
                if (ofContainers.contains(setting)) {
                    throw new IllegalArgumentException(
                            name + " is a setting of the whole container; give it as the context"
                                    + " parameter or system property " + setting.key());
                }
                settings.parse(setting, element.substring(equals + 1));
                return;
            }
        }
        throw new IllegalArgumentException("there is no setting \"" + name + "\"; expected one of "
                + Setting.all().stream()
                        .filter(setting -> !ofContainers.contains(setting))
                        .map(Setting::name)
                        .collect(Collectors.joining(", ")));
    }
}
