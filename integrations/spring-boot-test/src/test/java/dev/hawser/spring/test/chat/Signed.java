package dev.hawser.spring.test.chat;

/** A text that its encoder signs. */
public record Signed(String text) {}
