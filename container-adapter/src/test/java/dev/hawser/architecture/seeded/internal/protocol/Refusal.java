package dev.hawser.architecture.seeded.internal.protocol;

/** An exception may extend an exception of ours. */
public final class Refusal extends Violation {
    private static final long serialVersionUID = 1L;
}
