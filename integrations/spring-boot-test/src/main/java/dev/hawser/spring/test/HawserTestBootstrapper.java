package dev.hawser.spring.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTestContextBootstrapper;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Gives the application the properties of {@link HawserTest}, and no auto-configuration but the imported ones. */
final class HawserTestBootstrapper extends SpringBootTestContextBootstrapper {
    @Override
    protected String[] getProperties(Class<?> testClass) {
        List<String> properties = new ArrayList<>();
        properties.add(EnableAutoConfiguration.ENABLED_OVERRIDE_PROPERTY + "=false");
        HawserTest annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, HawserTest.class);
        if (annotation != null) {
            properties.addAll(Arrays.asList(annotation.properties()));
        }
        return properties.toArray(String[]::new);
    }
}
