/** Hawser in Spring Boot 3.5 and 4: what docs/spring.md describes. Applications use none of these types by name. */
@NullMarked
package dev.hawser.spring;

import org.jspecify.annotations.NullMarked;
