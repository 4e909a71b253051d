package dev.hawser.spring.test.page;

import org.springframework.stereotype.Component;

@Component
class Greetings {
    String of(String name) {
        return "good day, " + name;
    }
}
