package dev.hawser.architecture.seeded.session;

public final class Prints {
    static void print() {
        System.out.println("x");
    }
}
