package dev.hawser.architecture.seeded.transport;

/** One of three classes that need one another. */
class CircleB {
    CircleC next() {
        return new CircleC();
    }
}
