package dev.hawser.architecture.seeded.internal.session;

public final class Prints {
    static void print() {
        System.out.println("x");
    }
}
