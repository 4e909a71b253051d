package dev.hawser.internal.dispatch;

/** Is shown the callbacks that run at one moment. */
@FunctionalInterface
public interface CallbackLook {
    /** Whose callbacks they are; equal to nothing else. */
    interface Owner {
        /** Its name in a list of blocked callbacks. */
        String name();

        /** A callback has not returned for so long, at least. Called by the timer; must neither wait nor throw. */
        void callbackBlocked(long nanos, Thread thread);
    }

    /**
     * Callbacks run.
     *
     * @param number another one for each turn of the same owner
     */
    void sees(Owner owner, int number, Thread thread);
}
