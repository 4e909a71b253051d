/** Hawser in Spring Boot 3.5 and 4, as docs/spring.md describes it. */
@NullMarked
package dev.hawser.spring;

import org.jspecify.annotations.NullMarked;
