package dev.hawser.architecture.seeded.internal.transport;

/** One of three classes that need one another. */
class CircleC {
    CircleA next() {
        return new CircleA();
    }
}
