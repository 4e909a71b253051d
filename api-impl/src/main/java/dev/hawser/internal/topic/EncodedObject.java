package dev.hawser.internal.topic;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.coder.Encoders;
import dev.hawser.internal.transport.SharedMessage;
import jakarta.websocket.EncodeException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes the one message that an encoder makes of an object. */
final class EncodedObject implements Encoders.Output {
    private @Nullable SharedMessage message;
    private @Nullable StringWriter characters;
    private @Nullable ByteArrayOutputStream octets;

    @Override
    public void text(String text) {
        message = new SharedMessage(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void binary(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        message = new SharedMessage(Opcode.BINARY, copy);
    }

    @Override
    public Writer textStream() {
        StringWriter stream = new StringWriter();
        characters = stream;
        return stream;
    }

    @Override
    public OutputStream binaryStream() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        octets = stream;
        return stream;
    }

    /** The message, or all that was written to the stream. */
    SharedMessage message(Object object) throws EncodeException {
        if (characters != null) {
            text(characters.toString());
        } else if (octets != null) {
            binary(ByteBuffer.wrap(octets.toByteArray()));
        }
        if (message == null) {
            throw new EncodeException(object, "the encoder has written nothing");
        }
        return message;
    }
}
