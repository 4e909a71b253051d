package dev.hawser.architecture.seeded.internal.session;

final class Child extends Parent {}
