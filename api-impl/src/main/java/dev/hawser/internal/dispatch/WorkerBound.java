package dev.hawser.internal.dispatch;

/** How many workers may take turns. Guarded by the lock of {@link Workers}. */
final class WorkerBound {
    /** After so many looks without a turn taken, another worker may work, whatever the others seem to do. */
    private static final int STILL_LOOKS = 20;
    /** After so many, if a turn waits that is not heavy, as many workers again as there are processors may work. */
    private static final int STILL_FOR_LIGHT_LOOKS = 4;

    private final int cores = Runtime.getRuntime().availableProcessors();
    private int stillLooks;
    private int bound = Integer.MAX_VALUE;

    /** The bound as of the last look. */
    int get() {
        return bound;
    }

    /** Whether turns waited at the last look, and none was taken since the one before. */
    boolean wasStuck() {
        return stillLooks > 0;
    }

    /**
     * A look of the monitor.
     *
     * @param lost how many workers run turns that wait, or compute for long
     * @param active how many workers there are that are not idle
     * @param stuck whether turns wait, and none was taken since the last look
     * @param lightWaits whether a turn waits that is not heavy
     */
    void looked(int lost, int active, boolean stuck, boolean lightWaits) {
        stillLooks = stuck ? stillLooks + 1 : 0;
        bound = cores + lost;
        if (stillLooks >= STILL_FOR_LIGHT_LOOKS && lightWaits) {
            bound = Math.max(bound, 2 * cores);
        }
        if (stillLooks >= STILL_LOOKS) {
            bound = Math.max(bound, active + 1);
        }
    }
}
