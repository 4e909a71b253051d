package dev.hawser.architecture.seeded.internal.session;

public final class Sleeps {
    static void rest() throws InterruptedException {
        Thread.sleep(1);
    }
}
