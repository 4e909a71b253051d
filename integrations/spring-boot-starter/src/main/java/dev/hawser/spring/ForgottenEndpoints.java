package dev.hawser.spring;

import jakarta.websocket.server.ServerEndpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.Environment;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/**
 * Finds endpoint classes in the application's packages that are not beans. They are not served, and without a warning
 * their handshakes would just be answered with 404. Other packages are not searched.
 */
final class ForgottenEndpoints {
    private static final Logger LOG = System.getLogger("dev.hawser.spring");

    private ForgottenEndpoints() {}

    /**
     * The names of the classes in the packages that Spring Boot scans, except those whose conditions or profiles do not
     * match.
     */
    static Set<String> in(BeanFactory beans, Environment environment, Set<Class<?>> deployed) {
        Set<String> forgotten = new TreeSet<>();
        if (!AutoConfigurationPackages.has(beans)) {
            return forgotten;
        }
        ClassPathScanningCandidateComponentProvider scan =
                new ClassPathScanningCandidateComponentProvider(false, environment);
        scan.addIncludeFilter(new AnnotationTypeFilter(ServerEndpoint.class, false));
        for (String each : AutoConfigurationPackages.get(beans)) {
            scan.findCandidateComponents(each).forEach(found -> forgotten.add(found.getBeanClassName()));
        }
        deployed.forEach(type -> forgotten.remove(type.getName()));
        return forgotten;
    }

    static void warnOf(Set<String> classes) {
        for (String name : classes) {
            LOG.log(
                    Level.WARNING,
                    "{0} has @ServerEndpoint and is not a bean, so the starter does not serve it:"
                            + " annotate it with @Component, too",
                    name);
        }
    }
}
