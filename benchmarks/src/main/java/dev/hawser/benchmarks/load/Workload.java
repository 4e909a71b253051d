package dev.hawser.benchmarks.load;

/**
 * What the load generator does in one round.
 *
 * @param kind the conversation
 * @param path the endpoint
 * @param content the content of messages
 * @param size bytes of a message
 * @param connections connections that are counted
 * @param inFlight how many messages of a connection are in flight
 * @param compression what is offered and required
 * @param bystanders connections beside the counted ones: to the slow endpoint in an {@code ECHO}, readers that do not
 *     read in a {@code BROADCAST}
 * @param tls whether and how connections are secured
 */
public record Workload(
        Kind kind,
        String path,
        Content content,
        int size,
        int connections,
        int inFlight,
        Compression compression,
        int bystanders,
        Tls tls) {
    /** More bytes than two sockets that are set to hold little, and the queue before them, take in. */
    private static final int FILLING = 192 * 1024;

    /** The conversations. */
    public enum Kind {
        /** Each connection sends, and sends again for each echo. */
        ECHO,
        /** One connection sends, and sends again when all have a message. A delivery counts as a message. */
        BROADCAST,
        /** Connect, one echo, close, repeated. A cycle counts as a message. */
        CYCLE,
        /** Each connection sends once, and then is idle. */
        ONCE
    }

    /** How connections are secured: not at all, or by TLS 1.3 with one of the two handshakes. */
    public enum Tls {
        /** No TLS. */
        NONE,
        /** In each handshake the server shows its certificate, and signs. */
        FULL,
        /** A connection that follows another one in a {@code CYCLE} resumes its session. */
        RESUMED
    }

    /** Echo to {@code /echo}. */
    public static Workload echo(Content content, int size, int connections, int inFlight) {
        return new Workload(Kind.ECHO, "/echo", content, size, connections, inFlight, Compression.NONE, 0, Tls.NONE);
    }

    /** This workload at another endpoint. */
    public Workload at(String otherPath) {
        return new Workload(kind, otherPath, content, size, connections, inFlight, compression, bystanders, tls);
    }

    /** This workload with another compression. */
    public Workload with(Compression other) {
        return new Workload(kind, path, content, size, connections, inFlight, other, bystanders, tls);
    }

    /** This workload as another conversation. */
    public Workload as(Kind other) {
        return new Workload(other, path, content, size, connections, inFlight, compression, bystanders, tls);
    }

    /** This workload with bystanders. */
    public Workload beside(int others) {
        return new Workload(kind, path, content, size, connections, inFlight, compression, others, tls);
    }

    /** This workload over TLS, with full handshakes. */
    public Workload overTls() {
        return over(Tls.FULL);
    }

    /** This workload over TLS, in which later connections resume the sessions of earlier ones. */
    public Workload overResumedTls() {
        return over(Tls.RESUMED);
    }

    /**
     * How many messages the counted connections receive before a measurement. Beside readers that do not read each gets
     * so many that no buffer on the way to such a reader has room any more.
     */
    public long receivedBefore() {
        return kind == Kind.BROADCAST && bystanders > 0 ? (long) connections * FILLING / size : 0;
    }

    private Workload over(Tls other) {
        return new Workload(kind, path, content, size, connections, inFlight, compression, bystanders, other);
    }
}
