package dev.hawser.internal.topic;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The questions of a node to the store of a backplane. They are asked in their order, and each answer is handled in a
 * step of its own, also if the call of the store fails. Thread-safe.
 */
final class StoreQuestions {
    private final Consumer<Runnable> calls;
    private final Steps steps;

    /**
     * @param calls makes calls of the store soon, in their order. Never waits; the caller may hold locks
     * @param steps runs what follows an answer, one thing after the other
     */
    StoreQuestions(Consumer<Runnable> calls, Steps steps) {
        this.calls = calls;
        this.steps = steps;
    }

    /** Asks the store. May throw, as any call of a backplane. */
    interface Question<T> {
        CompletionStage<? extends T> ask();
    }

    /**
     * Asks the store in the order of the calls, and handles the answer in a step. The caller may hold locks.
     *
     * @param lost runs instead, or in addition, if an error of the JVM has come between: the answer may not be handled.
     *     It needs no memory, and no lock
     */
    <T> void ask(Question<T> question, BiConsumer<@Nullable T, @Nullable Throwable> answer, Runnable lost) {
        try {
            calls.accept(() -> {
                try {
                    question.ask().whenComplete((found, failure) -> answer(answer, found, failure, lost));
                } catch (Throwable e) {
                    lost.run();
                    answer(answer, null, e, lost);
                }
            });
        } catch (Throwable e) {
            lost.run();
        }
    }

    private <T> void answer(
            BiConsumer<@Nullable T, @Nullable Throwable> answer,
            @Nullable T found,
            @Nullable Throwable failure,
            Runnable lost) {
        try {
            steps.add(() -> {
                try {
                    answer.accept(found, failure);
                } catch (Throwable e) {
                    lost.run();
                }
            });
        } catch (Throwable e) {
            lost.run();
        }
    }
}
