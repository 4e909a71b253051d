package dev.hawser.spring.test.chat;

import org.springframework.stereotype.Component;

/** What endpoints and coders need. */
@Component
public class Greetings {
    public String of(String name) {
        return "hello " + name;
    }
}
