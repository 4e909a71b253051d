package dev.hawser.benchmarks.load;

/**
 * What the load generator does in one round.
 *
 * @param kind the conversation
 * @param path the endpoint
 * @param content what messages are made of
 * @param size bytes of a message
 * @param connections connections that are counted
 * @param inFlight messages of a connection that are under way at once
 * @param compression what is offered and insisted on
 * @param bystanders connections beside the counted ones: to the slow endpoint in an {@code ECHO}, readers that do not
 *     read in a {@code BROADCAST}
 */
public record Workload(
        Kind kind,
        String path,
        Content content,
        int size,
        int connections,
        int inFlight,
        Compression compression,
        int bystanders) {
    /** The conversations. */
    public enum Kind {
        /** Each connection sends, and sends again for each echo. */
        ECHO,
        /** One connection sends; when all have the message it sends the next. A delivery counts as a message. */
        BROADCAST,
        /** Connect, one echo, close, and again. A cycle counts as a message. */
        CYCLE,
        /** Each connection sends once, and then is idle. */
        ONCE
    }

    /** Echo to {@code /echo}. */
    public static Workload echo(Content content, int size, int connections, int inFlight) {
        return new Workload(Kind.ECHO, "/echo", content, size, connections, inFlight, Compression.NONE, 0);
    }

    /** The same with another endpoint. */
    public Workload at(String otherPath) {
        return new Workload(kind, otherPath, content, size, connections, inFlight, compression, bystanders);
    }

    /** The same with compression. */
    public Workload with(Compression other) {
        return new Workload(kind, path, content, size, connections, inFlight, other, bystanders);
    }

    /** The same as another conversation. */
    public Workload as(Kind other) {
        return new Workload(other, path, content, size, connections, inFlight, compression, bystanders);
    }

    /** The same beside others. */
    public Workload beside(int others) {
        return new Workload(kind, path, content, size, connections, inFlight, compression, others);
    }
}
