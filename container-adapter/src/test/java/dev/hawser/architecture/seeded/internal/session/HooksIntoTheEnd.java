package dev.hawser.architecture.seeded.internal.session;

public final class HooksIntoTheEnd {
    static void hook(Thread atTheEnd) {
        Runtime.getRuntime().addShutdownHook(atTheEnd);
    }
}
