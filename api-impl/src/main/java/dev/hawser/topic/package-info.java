/** One message to many sessions: subscribe sessions to topics, and publish to a topic from anywhere. */
@NullMarked
package dev.hawser.topic;

import org.jspecify.annotations.NullMarked;
