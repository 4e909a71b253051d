package dev.hawser.architecture.seeded.protocol;

import java.util.concurrent.locks.ReentrantLock;

public final class Locks {
    static final ReentrantLock LOCK = new ReentrantLock();
}
