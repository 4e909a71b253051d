package dev.hawser.spring;

import dev.hawser.backplane.Backplane;
import dev.hawser.nats.NatsBackplane;
import io.nats.client.Options;

/** Where NATS is. */
final class NatsAddress {
    private NatsAddress() {}

    /**
     * @param url of one server or several, with commas
     * @throws HawserStartException if the URL is not valid; it is not repeated, because it may have a password in it
     */
    static Backplane backplane(String url, String prefix) {
        Options.Builder options = new Options.Builder();
        try {
            options.servers(url.split(","));
        } catch (IllegalArgumentException e) {
            throw new HawserStartException(
                    TopicProperties.NATS_URL + " is not valid.",
                    "Correct the value of " + TopicProperties.NATS_URL + ", such as nats://nats.internal:4222.",
                    null);
        }
        try {
            return new NatsBackplane(options, prefix);
        } catch (IllegalArgumentException e) {
            throw new HawserStartException(
                    TopicProperties.NATS_PREFIX + "=" + prefix + " is not valid: letters, digits and underscores.",
                    "Correct the value of " + TopicProperties.NATS_PREFIX + ", or remove it.",
                    e);
        }
    }
}
