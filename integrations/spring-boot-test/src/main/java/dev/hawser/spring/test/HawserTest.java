package dev.hawser.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of the {@code @ServerEndpoint} beans of a Spring Boot application, which starts nothing else and no web
 * server: peers in memory talk to the endpoints through Hawser's engine.
 *
 * <pre>{@code
 * @HawserTest(Chat.class)
 * class ChatTest {
 *     @Autowired
 *     EndpointTester tester;
 *
 *     @MockitoBean
 *     Greetings greetings;
 *
 *     @Test
 *     void greets() {
 *         when(greetings.of("ann")).thenReturn("hello ann");
 *         TestPeer peer = tester.connect("/chat");
 *         peer.sendText("ann");
 *         peer.expectText("hello ann");
 *     }
 * }
 * }</pre>
 *
 * <p>Of the components that the application scans for, there are those with {@code @ServerEndpoint}, and {@code
 * ServerEndpointConfig}s, {@code Configurator}s, encoders and decoders; others are imported, included or mocked. No
 * auto-configuration runs but Hawser's. The properties {@code hawser.*} apply; topics have no backplane. The bean
 * {@link dev.hawser.test.EndpointTester} is closed with the context, which tests with equal annotations share.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(HawserTestBootstrapper.class)
@ExtendWith(SpringExtension.class)
@AutoConfigureHawser
@ImportAutoConfiguration
public @interface HawserTest {
    /** As {@link #endpoints}. */
    @AliasFor("endpoints")
    Class<?>[] value() default {};

    /** The endpoint classes that are served; all of the application if there is none. */
    @AliasFor("value")
    Class<?>[] endpoints() default {};

    /** Properties of the application, such as {@code hawser.max-text-message-size=1KB}. */
    String[] properties() default {};

    /** Further components that are found. */
    ComponentScan.Filter[] includeFilters() default {};

    /** Components that are not found. */
    ComponentScan.Filter[] excludeFilters() default {};

    /** Auto-configurations of this test that do not run. */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    Class<?>[] excludeAutoConfiguration() default {};
}
