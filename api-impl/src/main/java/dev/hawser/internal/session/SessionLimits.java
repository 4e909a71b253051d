package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.MessageLimits;
import dev.hawser.internal.endpoint.MessageInvoker;
import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long the messages of one session may be: by its settings, its handlers, and the setters of Session. */
final class SessionLimits implements MessageLimits {
    private final Settings settings;
    private volatile int maxText;
    private volatile int maxBinary;

    SessionLimits(Settings settings) {
        this.settings = settings;
        this.maxText = settings.get(Setting.MAX_TEXT_MESSAGE_SIZE);
        this.maxBinary = settings.get(Setting.MAX_BINARY_MESSAGE_SIZE);
    }

    /** Zero or less is the size that the settings name: no limit can be switched off. */
    void maxText(int length) {
        maxText = length > 0 ? length : settings.get(Setting.MAX_TEXT_MESSAGE_SIZE);
    }

    int maxText() {
        return maxText;
    }

    /** Zero or less is the size that the settings name: no limit can be switched off. */
    void maxBinary(int length) {
        maxBinary = length > 0 ? length : settings.get(Setting.MAX_BINARY_MESSAGE_SIZE);
    }

    int maxBinary() {
        return maxBinary;
    }

    @Override
    public long maxMessageSize(Opcode kind, @Nullable MessageInvoker handler) {
        if (handler == null || handler.delivery() != Delivery.WHOLE) {
            long own = handler == null ? -1 : handler.maxMessageSize();
            return own > 0 ? own : settings.get(Setting.MAX_STREAMED_MESSAGE_SIZE);
        }
        long own = handler.maxMessageSize();
        return own > 0 ? own : maxWholeMessageSize(kind);
    }

    @Override
    public long maxWholeMessageSize(Opcode kind) {
        return kind == Opcode.TEXT ? maxText : maxBinary;
    }

    @Override
    public Duration streamReadTimeout() {
        return settings.get(Setting.STREAM_READ_TIMEOUT);
    }
}
