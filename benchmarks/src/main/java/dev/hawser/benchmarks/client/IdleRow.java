package dev.hawser.benchmarks.client;

import org.jspecify.annotations.Nullable;

/**
 * The memory of one client's idle connections, in a process of its own.
 *
 * @param contestant the name of the client
 * @param tls whether it spoke TLS
 * @param connections how many connections were open: the largest power of ten that the client could open; 0 for none
 * @param heap heap bytes for a connection after collections
 * @param resident resident bytes of the process for a connection
 * @param limit why there were not more connections, or null if there were as many as were asked for
 */
record IdleRow(
        String contestant,
        boolean tls,
        int connections,
        double heap,
        double resident,
        @Nullable String limit) {}
