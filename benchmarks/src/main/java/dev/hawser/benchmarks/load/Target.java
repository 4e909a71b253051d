package dev.hawser.benchmarks.load;

/**
 * Who is to be loaded.
 *
 * @param port its port on the loopback interface
 * @param raw whether it echoes bytes without a handshake
 */
public record Target(int port, boolean raw) {}
