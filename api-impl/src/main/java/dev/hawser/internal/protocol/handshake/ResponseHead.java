package dev.hawser.internal.protocol.handshake;

import java.util.List;

/** The head of an HTTP response: what {@link ClientHandshake} validates. */
public interface ResponseHead {
    /** The version, as {@code HTTP/1.1}. */
    String version();

    /** The status code, as 101. */
    int status();

    /** The lines of one header field, in their order; the name is case-insensitive. Empty if there are none. */
    List<String> header(String name);
}
