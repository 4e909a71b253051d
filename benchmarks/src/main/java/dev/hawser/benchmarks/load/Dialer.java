package dev.hawser.benchmarks.load;

import dev.hawser.benchmarks.tls.TlsChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the connections of a round. */
final class Dialer implements AutoCloseable {
    /**
     * The number of source addresses, which are used in turn: one address has fewer than 30,000 ports, and each port is
     * blocked for a minute after use.
     */
    private static final int SOURCES = 32;

    private static final boolean LOOPBACK_IS_A_NETWORK = "Linux".equals(System.getProperty("os.name"));
    private static final int DEAF_BUFFER = 4096;

    private final Target target;
    private final Workload workload;
    private final Selector selector;
    private final ClientFrames frames;
    private final ClientFrames bystanderFrames;
    private final @Nullable TlsClient tls;
    private final List<CompressedPayloads> inflaters = new ArrayList<>();
    private int dialled;

    Dialer(Target target, Workload workload, Selector selector) throws IOException {
        this.target = target;
        this.workload = workload;
        this.selector = selector;
        this.tls = workload.tls() == Workload.Tls.NONE ? null : new TlsClient(target, workload.tls());
        this.frames = new ClientFrames(workload);
        this.bystanderFrames = new ClientFrames(Workload.echo(workload.content(), workload.size(), 1, 1));
    }

    /** Whether this connection never reads. */
    boolean isDeaf(LoadConnection connection) {
        return !connection.counted && workload.kind() == Workload.Kind.BROADCAST;
    }

    /** Makes connection number {@code index}: the counted ones come first, then the bystanders. */
    LoadConnection dial(int index) throws IOException {
        boolean counted = index < workload.connections();
        SocketChannel channel = SocketChannel.open();
        if (LOOPBACK_IS_A_NETWORK) {
            channel.bind(new InetSocketAddress("127.0.0." + (1 + dialled++ % SOURCES), 0));
        }
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (!counted && workload.kind() == Workload.Kind.BROADCAST) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, DEAF_BUFFER);
        }
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        LoadConnection connection =
                connection(key, tls == null ? null : tls.connect(channel, index), counted, first(index));
        key.attach(connection);
        if (target.raw()) {
            if (workload.kind() == Workload.Kind.BROADCAST) {
                connection.sendControl(ByteBuffer.wrap(new byte[] {Target.TAKES_PART}));
            }
        } else {
            String path = counted || workload.kind() == Workload.Kind.BROADCAST ? workload.path() : "/slow";
            connection.open(
                    new OpeningHandshake(counted ? workload.compression() : Compression.NONE), path, target.port());
        }
        return connection;
    }

    /** Checks whether the handshake of TLS, if there was one, is of the kind that the workload asks for. */
    void checkTls(LoadConnection connection) throws BadReplyException {
        TlsChannel channel = connection.tls();
        if (tls != null && channel != null) {
            tls.check(channel);
        }
    }

    /**
     * The first message of a connection. It differs between connections, unless all receive the same messages, or the
     * compression history must begin with the first one.
     */
    private long first(int index) {
        boolean same = workload.kind() == Workload.Kind.BROADCAST || workload.compression() == Compression.TAKEOVER;
        return same ? 0 : index;
    }

    private LoadConnection connection(SelectionKey key, @Nullable TlsChannel channel, boolean counted, long first) {
        ClientFrames own = counted ? frames : bystanderFrames;
        return new LoadConnection(
                key, channel, counted, replies(own, counted, first), own, first, counted ? workload.inFlight() : 1);
    }

    private Replies replies(ClientFrames own, boolean counted, long first) {
        if (target.raw()) {
            return new RawReplies(own, first);
        }
        if (!counted || workload.compression() == Compression.NONE) {
            return new FrameReplies(workload.content().isText(), new PlainPayloads(own, first));
        }
        CompressedPayloads payloads = new CompressedPayloads(own, first);
        inflaters.add(payloads);
        return new FrameReplies(workload.content().isText(), payloads);
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        inflaters.forEach(CompressedPayloads::close);
    }
}
