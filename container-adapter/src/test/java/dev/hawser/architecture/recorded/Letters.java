package dev.hawser.architecture.recorded;

import dev.hawser.architecture.CallTrace;
import java.util.concurrent.Callable;

/** Two letters that differ in what {@link Post.Sorting} decides on. */
public final class Letters implements Callable<Void> {
    @Override
    public Void call() throws InterruptedException {
        for (int run = 0; run < 3; run++) {
            for (String letter : new String[] {"usual", "long and usual", "urgent"}) {
                Post post = new Post();
                CallTrace.begin();
                Thread carrier = new Thread(() -> post.take(letter), "carrier");
                carrier.start();
                carrier.join();
                CallTrace.end(letter);
            }
        }
        return null;
    }
}
