package dev.hawser.spring.test.page;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application of docs/spring.md. */
@SpringBootApplication
public class PageApplication {}
