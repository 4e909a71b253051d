/** Tests of the endpoints of a Spring Boot application: {@link dev.hawser.spring.test.HawserTest}. */
@NullMarked
package dev.hawser.spring.test;

import org.jspecify.annotations.NullMarked;
