package dev.hawser.internal.coder;

import jakarta.websocket.DeploymentException;

/**
 * The rules of the specification for encoder and decoder classes (4.1.2, 4.1.3), in words. An endpoint with a class
 * that breaks a rule is not deployed; the exception's message gets the endpoint's name from the caller.
 */
enum CoderRule {
    CONCRETE("must be a class that is not abstract"),
    CONSTRUCTOR("must have a public constructor without parameters"),
    ACCESSIBLE("must be accessible: public in an exported package, or in a package opened to Hawser"),
    KIND("must implement one of the Text, TextStream, Binary and BinaryStream interfaces");

    private final String words;

    CoderRule(String words) {
        this.words = words;
    }

    DeploymentException brokenBy(Class<?> coder, String found) {
        return new DeploymentException("coder %s %s; %s".formatted(coder.getTypeName(), words, found));
    }
}
