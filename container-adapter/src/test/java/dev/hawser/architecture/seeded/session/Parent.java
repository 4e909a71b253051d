package dev.hawser.architecture.seeded.session;

public class Parent {}
