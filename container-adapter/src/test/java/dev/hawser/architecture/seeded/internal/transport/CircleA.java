package dev.hawser.architecture.seeded.internal.transport;

/** One of three classes that need one another. */
class CircleA {
    CircleB next() {
        return new CircleB();
    }
}
