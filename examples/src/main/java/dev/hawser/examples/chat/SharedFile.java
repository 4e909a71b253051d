package dev.hawser.examples.chat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A file that a member shares: one binary message.
 *
 * <pre>
 * 2 bytes   length of the header, unsigned, big-endian
 * header    UTF-8: the media type, a line feed, the file name
 * the rest  the content
 * </pre>
 */
record SharedFile(String mediaType, String name, ByteBuffer content) {
    private static final int MAX_NAME_LENGTH = 200;
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}");

    /**
     * Reads a message. The content is a view into {@code message}.
     *
     * @throws IllegalArgumentException if the message does not have this form; the exception's message can be shown to
     *     the sender
     */
    static SharedFile read(ByteBuffer message) {
        if (message.remaining() < 2) {
            throw new IllegalArgumentException("A file message begins with the length of its header, in two bytes.");
        }
        int headerLength = Short.toUnsignedInt(message.getShort());
        if (headerLength > ChatEndpoint.MAX_HEADER_BYTES || headerLength > message.remaining()) {
            throw new IllegalArgumentException(
                    "The file's header is longer than it may be: " + headerLength + " bytes.");
        }
        byte[] header = new byte[headerLength];
        message.get(header);
        String[] lines = new String(header, StandardCharsets.UTF_8).split("\n", 2);
        if (lines.length < 2) {
            throw new IllegalArgumentException("The file's header has a media type and a name, on two lines.");
        }
        if (message.remaining() > ChatEndpoint.MAX_FILE_BYTES) {
            throw new IllegalArgumentException("The file is larger than " + (ChatEndpoint.MAX_FILE_BYTES >> 20)
                    + " MiB, the most that can be sent.");
        }
        String mediaType = MEDIA_TYPE.matcher(lines[0]).matches() ? lines[0] : "application/octet-stream";
        return new SharedFile(mediaType, plainName(lines[1]), message.slice());
    }

    /** The name without folders, and without characters that are invisible or change the direction of the text. */
    private static String plainName(String name) {
        String plain = name.replaceAll("[\\p{Cc}\\p{Cf}]", "")
                .replaceAll("^.*[/\\\\]", "")
                .strip();
        if (plain.isEmpty()) {
            return "file";
        }
        return plain.length() <= MAX_NAME_LENGTH ? plain : plain.substring(plain.length() - MAX_NAME_LENGTH);
    }
}
