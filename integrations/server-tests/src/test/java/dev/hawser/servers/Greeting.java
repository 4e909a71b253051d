package dev.hawser.servers;

import jakarta.enterprise.context.ApplicationScoped;

/** A bean. */
@ApplicationScoped
public class Greeting {
    public String to(String name) {
        return "hello " + name;
    }
}
