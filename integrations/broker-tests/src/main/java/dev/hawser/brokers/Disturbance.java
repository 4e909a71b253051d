package dev.hawser.brokers;

/** Something that happens to a broker, or to the network before it, for a while. */
public record Disturbance(String name, Action begin, Action end) {
    /** A step that may throw. */
    public interface Action {
        void run() throws Exception;
    }

    /** Nothing happens. */
    public static Disturbance none(String name) {
        return new Disturbance(name, () -> {}, () -> {});
    }
}
