package dev.hawser.benchmarks.contestant;

/**
 * Where a contestant listens on the loopback interface.
 *
 * @param plain the port without TLS
 * @param tls the port for TLS 1.3, or 0 if there is none
 */
public record Ports(int plain, int tls) {}
