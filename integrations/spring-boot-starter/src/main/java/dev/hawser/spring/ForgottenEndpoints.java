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
 * Endpoint classes in the packages of the application that are no beans: nobody serves them, and without a word their
 * handshakes would be answered 404. Jars with other packages are not looked at.
 */
final class ForgottenEndpoints {
    private static final Logger LOG = System.getLogger("dev.hawser.spring");

    private ForgottenEndpoints() {}

    /**
     * The names of the classes in the packages that Spring Boot scans, but for those whose conditions or profiles do
     * not hold.
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
                    "{0} has @ServerEndpoint and is no bean, so the starter does not serve it:"
                            + " annotate it with @Component, too",
                    name);
        }
    }
}
