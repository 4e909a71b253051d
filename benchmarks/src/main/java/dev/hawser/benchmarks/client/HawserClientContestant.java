package dev.hawser.benchmarks.client;

import dev.hawser.client.HawserClient;

/** Hawser's client. The system property {@code dev.hawser.dispatch} says which threads call endpoints. */
public final class HawserClientContestant extends JakartaClient {
    public HawserClientContestant() {
        super(HawserClient.create());
    }
}
