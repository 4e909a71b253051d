package dev.hawser.spring.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Puts the {@link SliceFilter} into the context of each test with {@link HawserTest}. */
final class SliceFilterFactory implements ContextCustomizerFactory {
    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> configurations) {
        HawserTest annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, HawserTest.class);
        return annotation == null ? null : new Customizer(annotation);
    }

    /** Spring compares it to know whether tests can share a context. */
    private record Customizer(HawserTest annotation) implements ContextCustomizer {
        @Override
        public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration merged) {
            context.getBeanFactory().registerSingleton(SliceFilter.class.getName(), SliceFilter.of(annotation));
        }
    }
}
