package dev.hawser.architecture.seeded.internal.protocol;

import java.util.concurrent.locks.ReentrantLock;

public final class Locks {
    static final ReentrantLock LOCK = new ReentrantLock();
}
