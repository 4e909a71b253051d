package dev.hawser.internal.protocol;

/**
 * Which end of the connection an engine speaks for. One engine serves both: a client masks what it sends, a server does
 * not (RFC 6455 5.1).
 */
public enum Role {
    /** Sends masked frames and refuses masked ones. */
    CLIENT,
    /** Sends unmasked frames and refuses unmasked ones. */
    SERVER
}
