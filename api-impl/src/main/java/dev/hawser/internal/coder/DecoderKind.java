package dev.hawser.internal.coder;

import jakarta.websocket.Decoder;

/** The four kinds of decoders. */
enum DecoderKind {
    TEXT(Decoder.Text.class, true, false),
    TEXT_STREAM(Decoder.TextStream.class, true, true),
    BINARY(Decoder.Binary.class, false, false),
    BINARY_STREAM(Decoder.BinaryStream.class, false, true);

    private final Class<?> contract;
    private final boolean text;
    private final boolean stream;

    DecoderKind(Class<?> contract, boolean text, boolean stream) {
        this.contract = contract;
        this.text = text;
        this.stream = stream;
    }

    Class<?> contract() {
        return contract;
    }

    boolean isText() {
        return text;
    }

    boolean isStream() {
        return stream;
    }
}
