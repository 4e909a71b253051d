package dev.hawser.architecture.seeded.internal.session;

public class Parent {}
