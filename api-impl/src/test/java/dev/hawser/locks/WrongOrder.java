package dev.hawser.locks;

import dev.hawser.internal.transport.Transport;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** Does what must not be done. {@link LockOrderTest} has it instrumented, as all main code is. */
public final class WrongOrder implements Runnable {
    private final Object first = new Object();
    private final ReentrantLock second = new ReentrantLock();
    private final AtomicInteger taken = new AtomicInteger();

    @Override
    public void run() {
        synchronized (first) {
            second.lock();
            try {
                takeAgain();
            } finally {
                second.unlock();
            }
        }
        closeUnderLock(null);
    }

    private synchronized void takeAgain() {
        second.lock(); // which is held already, so that nobody waits: no fault
        try {
            taken.incrementAndGet();
        } finally {
            second.unlock();
        }
    }

    private synchronized void closeUnderLock(Transport transport) {
        try {
            transport.close();
        } catch (NullPointerException e) {
            // it was to be called
        }
    }
}
