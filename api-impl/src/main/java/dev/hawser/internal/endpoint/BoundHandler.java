package dev.hawser.internal.endpoint;

import jakarta.websocket.MessageHandler;
import org.jspecify.annotations.Nullable;

/** A message handler of one session, with what error messages and {@code Session.getMessageHandlers} need. */
interface BoundHandler extends MessageInvoker {
    /** The method, or the class of the MessageHandler. */
    String description();

    /** The MessageHandler; null for an annotated method. */
    @Nullable MessageHandler handler();
}
