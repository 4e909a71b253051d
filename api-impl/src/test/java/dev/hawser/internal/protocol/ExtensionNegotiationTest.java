package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.RemoteProtocolException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** RFC 6455 9.1: which extensions go together. What one of them makes of its parameters is tested with it. */
class ExtensionNegotiationTest {
    /** Takes the first offer without the parameter "no". */
    private record Named(String name, int rsv) implements NegotiableExtension {
        @Override
        public @Nullable NegotiatedExtension accept(List<ExtensionOffer> offers) {
            return offers.stream()
                    .filter(o -> o.parameters().stream().noneMatch(p -> p.name().equals("no")))
                    .findFirst()
                    .map(Named::agreed)
                    .orElse(null);
        }

        @Override
        public List<ExtensionOffer> offers() {
            return List.of(new ExtensionOffer(name, List.of()));
        }

        @Override
        public NegotiatedExtension confirm(ExtensionOffer response) {
            return agreed(response);
        }

        private static NegotiatedExtension agreed(ExtensionOffer offer) {
            return new NegotiatedExtension(
                    offer,
                    () -> {
                        throw new AssertionError("negotiation makes no extension");
                    },
                    () -> {
                        throw new AssertionError("negotiation makes no extension");
                    });
        }
    }

    private static final List<Named> KNOWN =
            List.of(new Named("deflate", 4), new Named("zip", 4), new Named("sign", 2), new Named("log", 0));

    private static List<ExtensionOffer> offers(String header) {
        return Arrays.stream(header.split(","))
                .map(String::strip)
                .filter(e -> !e.isEmpty())
                .map(e -> e.split(";"))
                .map(e -> new ExtensionOffer(
                        e[0],
                        Arrays.stream(e)
                                .skip(1)
                                .map(p -> new ExtensionOffer.Parameter(p, null))
                                .toList()))
                .toList();
    }

    private static String names(List<NegotiatedExtension> agreed) {
        return agreed.stream().map(a -> a.response().toString()).collect(Collectors.joining(", "));
    }

    private static String accepted(String header) {
        return names(ExtensionNegotiation.accept(KNOWN, offers(header)));
    }

    private static String confirmed(String header) throws RemoteProtocolException {
        return names(ExtensionNegotiation.confirm(KNOWN, offers(header)));
    }

    @Test
    void aServerTakesWhatItKnowsInTheClientsOrder() {
        assertEquals("", accepted(""));
        assertEquals("", accepted("unknown"));
        assertEquals("log, deflate", accepted("unknown, log, deflate"));
        assertEquals("sign; a, log, deflate", accepted("sign;a, log, unknown, deflate"));
    }

    @Test
    void ofSeveralOffersOfOneExtensionOneIsTaken() {
        assertEquals("deflate; b, log", accepted("deflate;no, deflate;b, log, deflate;c"));
        assertEquals("", accepted("deflate;no, deflate;no;b"));
    }

    @Test
    void aServerDeclinesWhatWouldUseTheSameReservedBits() {
        assertEquals("zip, sign", accepted("zip, deflate, sign"));
        assertEquals("zip", accepted("deflate;no, zip"));
    }

    @Test
    void aClientTakesAnAnswerThatFits() throws RemoteProtocolException {
        assertEquals("", confirmed(""));
        assertEquals("sign; x, deflate", confirmed("sign;x, deflate"));
    }

    @Test
    void aClientRefusesAnAnswerThatDoesNot() {
        String[][] table = {
            {"unknown", "extension unknown of the response was not offered (RFC 6455 9.1)"},
            {"log, log", "extension log of the response occurs twice (RFC 6455 9.1)"},
            {"deflate, zip", "extension zip of the response uses RSV1, as another does (RFC 6455 9.1)"},
        };
        for (String[] row : table) {
            RemoteProtocolException refused = assertThrows(RemoteProtocolException.class, () -> confirmed(row[0]));
            assertEquals(row[1], refused.getMessage());
            assertEquals(CloseCode.MANDATORY_EXTENSION, refused.closeCode());
        }
    }
}
