package dev.hawser.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Serves the endpoints of a test's application in memory, and makes the bean {@link dev.hawser.test.EndpointTester},
 * with which the test connects peers. {@link HawserTest} has it. With {@code @SpringBootTest} all beans of the
 * application are there:
 *
 * <pre>{@code
 * @SpringBootTest
 * @AutoConfigureHawser
 * class ChatApplicationTest {
 *     @Autowired
 *     EndpointTester tester;
 * }
 * }</pre>
 *
 * <p>The web server of a test with {@code webEnvironment = RANDOM_PORT} then has no web sockets.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureHawser {}
