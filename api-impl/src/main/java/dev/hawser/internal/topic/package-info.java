/** Topics: subscriptions, and how one message gets into many outbound queues. */
@NullMarked
package dev.hawser.internal.topic;

import org.jspecify.annotations.NullMarked;
