package dev.hawser.fuzz;

import dev.hawser.SettingFuzz;
import dev.hawser.internal.client.HttpChallengeFuzz;
import dev.hawser.internal.client.HttpResponseFuzz;
import dev.hawser.internal.protocol.ClientEngineFuzz;
import dev.hawser.internal.protocol.ClosePayloadFuzz;
import dev.hawser.internal.protocol.ServerEngineFuzz;
import dev.hawser.internal.protocol.deflate.DeflaterFuzz;
import dev.hawser.internal.protocol.deflate.InflaterFuzz;
import dev.hawser.internal.protocol.deflate.NegotiationFuzz;
import dev.hawser.internal.protocol.handshake.ExtensionHeaderFuzz;
import dev.hawser.internal.server.UriTemplateFuzz;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What is fuzzed. Each target is a class with a method {@code fuzzerTestOneInput(byte[])}, as Jazzer calls it, which
 * throws if what comes of the octets is not what an oracle of its own says.
 */
enum Target {
    SERVER_ENGINE(ServerEngineFuzz.class, ServerEngineFuzz::fuzzerTestOneInput),
    CLIENT_ENGINE(ClientEngineFuzz.class, ClientEngineFuzz::fuzzerTestOneInput),
    INFLATER(InflaterFuzz.class, InflaterFuzz::fuzzerTestOneInput),
    DEFLATER(DeflaterFuzz.class, DeflaterFuzz::fuzzerTestOneInput),
    EXTENSION_HEADER(ExtensionHeaderFuzz.class, ExtensionHeaderFuzz::fuzzerTestOneInput),
    NEGOTIATION(NegotiationFuzz.class, NegotiationFuzz::fuzzerTestOneInput),
    CLOSE_PAYLOAD(ClosePayloadFuzz.class, ClosePayloadFuzz::fuzzerTestOneInput),
    HTTP_RESPONSE(HttpResponseFuzz.class, HttpResponseFuzz::fuzzerTestOneInput),
    HTTP_CHALLENGE(HttpChallengeFuzz.class, HttpChallengeFuzz::fuzzerTestOneInput),
    URI_TEMPLATE(UriTemplateFuzz.class, UriTemplateFuzz::fuzzerTestOneInput),
    SETTING(SettingFuzz.class, SettingFuzz::fuzzerTestOneInput);

    private static final Path CORPORA = Path.of("src", "test", "resources", "dev", "hawser", "fuzz");

    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // a reference to a static method
    private final Consumer<byte[]> test;

    Target(Class<?> type, Consumer<byte[]> test) {
        this.type = type;
        this.test = test;
    }

    String className() {
        return type.getName();
    }

    void test(byte[] input) {
        test.accept(input);
    }

    Corpus corpus() {
        return new Corpus(CORPORA.resolve(toString() + ".txt"));
    }

    /** As in a file name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
