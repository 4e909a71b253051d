package dev.hawser.internal.servlet;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hawser's permessage-deflate in the words of an application, which counts what it inflates; what it sends is never
 * compressed.
 */
public final class CountedDeflate implements NegotiableExtension {
    /** Bytes that were inflated, in all. */
    static final AtomicLong INFLATED = new AtomicLong();
    /** Bytes of these that have reached their callbacks. */
    static final AtomicLong DELIVERED = new AtomicLong();
    /** The most bytes that had been inflated and had not reached their callbacks, at any time. */
    static final AtomicLong MOST_HELD = new AtomicLong();

    private static final DeflateCodecs CODECS = new DeflateCodecs();

    private final PerMessageDeflate deflate =
            new PerMessageDeflate(new DeflatePolicy(-1, Integer.MAX_VALUE, false, true, 15), CODECS);

    /** Counts from zero, for one connection at a time. */
    static void reset() {
        INFLATED.set(0);
        DELIVERED.set(0);
        MOST_HELD.set(0);
    }

    /** The class loader of an application that has this extension. */
    static URLClassLoader application(Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(NegotiableExtension.class.getName()), CountedDeflate.class.getName());
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, CountedDeflate.class.getClassLoader());
    }

    @Override
    public String name() {
        return deflate.name();
    }

    @Override
    public int rsv() {
        return deflate.rsv();
    }

    @Override
    public @Nullable NegotiatedExtension accept(List<ExtensionOffer> offers) {
        NegotiatedExtension accepted = deflate.accept(offers);
        return accepted == null ? null : counted(accepted);
    }

    @Override
    public List<ExtensionOffer> offers() {
        return deflate.offers();
    }

    @Override
    public NegotiatedExtension confirm(ExtensionOffer response) throws RemoteProtocolException {
        return counted(deflate.confirm(response));
    }

    private static NegotiatedExtension counted(NegotiatedExtension plain) {
        return new NegotiatedExtension(
                plain.response(), () -> new Counted(plain.inbound().get()), plain.outbound());
    }

    private record Counted(InboundExtension inflater) implements InboundExtension {
        @Override
        public int rsv() {
            return inflater.rsv();
        }

        @Override
        public Scope scope() {
            return inflater.scope();
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) throws RemoteProtocolException {
            return inflater.frameBegins(opcode, rsv, fin);
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded)
                throws RemoteProtocolException {
            int before = decoded.position();
            boolean done = inflater.decode(encoded, endOfFrame, decoded);
            long held = INFLATED.addAndGet(decoded.position() - before) - DELIVERED.get();
            MOST_HELD.accumulateAndGet(held, Math::max);
            return done;
        }

        @Override
        public void close() {
            inflater.close();
        }
    }
}
