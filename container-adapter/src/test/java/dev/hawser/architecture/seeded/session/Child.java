package dev.hawser.architecture.seeded.session;

final class Child extends Parent {}
