package dev.hawser.internal.transport;

/** Which part of its message a data frame is. */
public enum MessagePart {
    /** All of it. */
    WHOLE,
    /** The first or a further part, with more to come. */
    MORE,
    /** The last part; the whole message if there was no part before. */
    LAST
}
