package dev.hawser.redis;

import dev.hawser.backplane.BackplaneListener;

/** Tells the listener when both connections are open, and when one is lost. Thread-safe. */
final class Connected {
    private final BackplaneListener listener;

    // Guarded by this.
    private boolean commands;
    private boolean subscriptions;

    Connected(BackplaneListener listener) {
        this.listener = listener;
    }

    synchronized void commands(boolean there) {
        commands = there;
        listener.connected(commands && subscriptions);
    }

    synchronized void subscriptions(boolean there) {
        subscriptions = there;
        listener.connected(commands && subscriptions);
    }
}
