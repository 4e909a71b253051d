package dev.hawser.architecture.seeded.internal.transport;

/** One of three classes that need one another. */
class CircleB {
    CircleC next() {
        return new CircleC();
    }
}
