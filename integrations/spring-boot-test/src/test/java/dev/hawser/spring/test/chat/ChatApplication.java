package dev.hawser.spring.test.chat;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application whose parts the tests start. */
@SpringBootApplication
public class ChatApplication {}
