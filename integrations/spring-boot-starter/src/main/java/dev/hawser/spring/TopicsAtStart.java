package dev.hawser.spring;

import dev.hawser.HawserContainer;
import dev.hawser.backplane.Backplane;
import dev.hawser.topic.Topics;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Sets the options of {@code hawser.topics.patterns}, and connects the topics to the backplane, if there is a bean of
 * that type. That is done when Hawser has started and before the server accepts connections.
 */
final class TopicsAtStart implements Consumer<HawserContainer> {
    private final List<TopicProperties.Configured> patterns;
    private final ListableBeanFactory beans;

    TopicsAtStart(Environment environment, ListableBeanFactory beans) {
        this.patterns = TopicProperties.read(environment);
        this.beans = beans;
    }

    @Override
    public void accept(HawserContainer container) {
        Topics topics = Topics.of(container);
        for (int i = 0; i < patterns.size(); i++) {
            TopicProperties.Configured each = patterns.get(i);
            try {
                topics.configure(each.pattern(), each.options());
            } catch (IllegalArgumentException e) { // an encoder breaks a rule
                throw TopicProperties.wrong(
                        i, each.pattern(), new IllegalArgumentException("is not valid: " + e.getMessage(), e));
            }
        }
        String[] names = beans.getBeanNamesForType(Backplane.class);
        if (names.length > 1) {
            throw new HawserStartException(
                    "Topics have one backplane, but there are several: " + String.join(", ", names) + ".",
                    "Remove one: leave out " + TopicProperties.NATS_URL + ", or set " + TopicProperties.REDIS_ENABLED
                            + "=false.",
                    null);
        }
        if (names.length == 1) {
            topics.connect(beans.getBean(names[0], Backplane.class));
        }
    }
}
