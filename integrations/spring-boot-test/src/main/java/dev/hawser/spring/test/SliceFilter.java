package dev.hawser.spring.test;

import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.TypeFilterUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.core.type.filter.TypeFilter;

/** Which of the scanned components are not in the test's context: all but endpoints and what they are made of. */
final class SliceFilter extends TypeExcludeFilter {
    private static final TypeFilter ENDPOINTS = new AnnotationTypeFilter(ServerEndpoint.class, false);
    private static final List<TypeFilter> PARTS = Stream.of(
                    ServerEndpointConfig.class, ServerEndpointConfig.Configurator.class, Encoder.class, Decoder.class)
            .<TypeFilter>map(AssignableTypeFilter::new)
            .toList();

    private final Set<String> endpoints;
    private final List<TypeFilter> included;
    private final List<TypeFilter> excluded;

    private SliceFilter(Set<String> endpoints, List<TypeFilter> included, List<TypeFilter> excluded) {
        this.endpoints = endpoints;
        this.included = included;
        this.excluded = excluded;
    }

    static SliceFilter of(HawserTest annotation) {
        return new SliceFilter(
                Arrays.stream(annotation.endpoints()).map(Class::getName).collect(Collectors.toUnmodifiableSet()),
                filters(annotation.includeFilters()),
                filters(annotation.excludeFilters()));
    }

    private static List<TypeFilter> filters(ComponentScan.Filter[] declared) {
        List<TypeFilter> filters = new ArrayList<>();
        for (Annotation each : declared) {
            filters.addAll(TypeFilterUtils.createTypeFiltersFor(
                    AnnotationUtils.getAnnotationAttributes(null, each),
                    new StandardEnvironment(),
                    new DefaultResourceLoader(),
                    new DefaultListableBeanFactory()));
        }
        return filters;
    }

    /** Whether the component is left out. */
    @Override
    public boolean match(MetadataReader component, MetadataReaderFactory readers) throws IOException {
        if (matches(excluded, component, readers)) {
            return true;
        }
        if (matches(included, component, readers) || matches(PARTS, component, readers)) {
            return false;
        }
        boolean wanted = endpoints.isEmpty()
                || endpoints.contains(component.getClassMetadata().getClassName());
        return !(wanted && ENDPOINTS.match(component, readers));
    }

    private static boolean matches(List<TypeFilter> filters, MetadataReader component, MetadataReaderFactory readers)
            throws IOException {
        for (TypeFilter each : filters) {
            if (each.match(component, readers)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
