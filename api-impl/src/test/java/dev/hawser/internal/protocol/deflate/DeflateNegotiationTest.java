package dev.hawser.internal.protocol.deflate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692 7.1 as tables: what is offered, what is answered. */
class DeflateNegotiationTest {
    private static final DeflatePolicy KEEPING = new DeflatePolicy(-1, 0, true, true, 15);
    private static final DeflatePolicy SPARING = new DeflatePolicy(-1, 0, false, false, 10);

    private final DeflateCodecs codecs = new DeflateCodecs();

    @AfterEach
    void end() {
        codecs.close();
    }

    /** The header as its grammar gives it; the tables have it without blanks. */
    private static List<ExtensionOffer> parse(String header) {
        List<ExtensionOffer> offers = new ArrayList<>();
        for (String element : header.isEmpty() ? new String[0] : header.split(",")) {
            String[] parts =
                    element.strip().replace("deflate", "permessage-deflate").split(";");
            List<ExtensionOffer.Parameter> parameters = Arrays.stream(parts)
                    .skip(1)
                    .map(p -> p.replace("S_NO", "server_no_context_takeover")
                            .replace("C_NO", "client_no_context_takeover"))
                    .map(p -> p.replace("S_BITS", "server_max_window_bits").replace("C_BITS", "client_max_window_bits"))
                    .map(p -> p.split("=", 2))
                    .map(p -> new ExtensionOffer.Parameter(p[0], p.length == 1 ? null : p[1]))
                    .toList();
            offers.add(new ExtensionOffer(parts[0], parameters));
        }
        return offers;
    }

    private String answer(DeflatePolicy policy, String offer) {
        List<NegotiatedExtension> agreed =
                ExtensionNegotiation.accept(List.of(new PerMessageDeflate(policy, codecs)), parse(offer));
        return agreed.isEmpty() ? "declined" : agreed.get(0).response().toString();
    }

    private static String expected(String element) {
        return element.equals("declined") ? element : parse(element).get(0).toString();
    }

    @Nested
    class ServerAnswers {
        @ParameterizedTest
        @CsvSource(
                delimiter = '>',
                value = {
                    "deflate > deflate",
                    "deflate;S_NO > deflate;S_NO",
                    "deflate;C_NO > deflate;C_NO",
                    "deflate;C_NO;S_NO > deflate;S_NO;C_NO",
                    "deflate;S_BITS=8 > deflate;S_BITS=8",
                    "deflate;S_BITS=9 > deflate;S_BITS=9",
                    "deflate;S_BITS=15 > deflate;S_BITS=15",
                    "deflate;C_BITS > deflate",
                    "deflate;C_BITS=10 > deflate",
                    "deflate;C_BITS=8;S_BITS=12;S_NO;C_NO > deflate;S_NO;C_NO;S_BITS=12",
                    "unknown > declined",
                    "deflate;S_BITS > declined",
                    "deflate;S_BITS= > declined",
                    "deflate;S_BITS=7 > declined",
                    "deflate;S_BITS=16 > declined",
                    "deflate;S_BITS=08 > declined",
                    "deflate;S_BITS=015 > declined",
                    "deflate;S_BITS=+9 > declined",
                    "deflate;S_BITS=-9 > declined",
                    "deflate;S_BITS=9x > declined",
                    "deflate;S_BITS=99999999999 > declined",
                    "deflate;C_BITS=7 > declined",
                    "deflate;C_BITS=16 > declined",
                    "deflate;C_BITS=010 > declined",
                    "deflate;S_NO=1 > declined",
                    "deflate;S_NO=true > declined",
                    "deflate;C_NO=1 > declined",
                    "deflate;foo > declined",
                    "deflate;foo=1 > declined",
                    "deflate;S_NO;S_NO > declined",
                    "deflate;C_NO;C_NO > declined",
                    "deflate;S_BITS=9;S_BITS=9 > declined",
                    "deflate;S_BITS=9;S_BITS=10 > declined",
                    "deflate;C_BITS;C_BITS=9 > declined",
                    "deflate;SERVER_NO_CONTEXT_TAKEOVER > declined",
                })
        void parametersAreGrantedToTheLetterOrTheOfferIsDeclined(String offer, String answer) {
            assertEquals(expected(answer), answer(KEEPING, offer));
        }

        @Test
        void theFirstOfferThatCanBeKeptIsAccepted() {
            assertEquals(expected("deflate"), answer(KEEPING, "deflate;foo, deflate"));
            assertEquals(expected("deflate;S_BITS=9"), answer(KEEPING, "deflate;S_BITS=9, deflate"));
            assertEquals(expected("deflate;S_NO"), answer(KEEPING, "x, deflate;S_BITS=7, deflate;S_NO, deflate"));
            assertEquals("declined", answer(KEEPING, "deflate;S_NO=1, deflate;foo, x-webkit-deflate-frame"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '>',
                value = {
                    "deflate > deflate;S_NO", // a server may say so unasked (RFC 7692 7.1.1.1)
                    "deflate;C_NO > deflate;S_NO;C_NO",
                    "deflate;C_BITS > deflate;S_NO;C_BITS=10",
                    "deflate;C_BITS=9 > deflate;S_NO;C_BITS=9",
                    "deflate;C_BITS=12 > deflate;S_NO;C_BITS=10",
                })
        void aSparingServerAsksTheClientOnlyForWhatItOffered(String offer, String answer) {
            assertEquals(expected(answer), answer(SPARING, offer));
        }
    }

    @Nested
    class ClientOffersAndChecks {
        private NegotiatedExtension confirm(DeflatePolicy policy, String response) throws RemoteProtocolException {
            List<NegotiatedExtension> confirmed =
                    ExtensionNegotiation.confirm(List.of(new PerMessageDeflate(policy, codecs)), parse(response));
            assertEquals(1, confirmed.size());
            return confirmed.get(0);
        }

        @Test
        void theOfferSaysWhatTheClientWillDo() {
            assertEquals(parse("deflate;C_BITS"), new PerMessageDeflate(KEEPING, codecs).offers());
            assertEquals(parse("deflate;C_NO;C_BITS"), new PerMessageDeflate(DeflatePolicy.DEFAULT, codecs).offers());
            assertEquals(parse("deflate;S_NO;C_NO;S_BITS=10;C_BITS"), new PerMessageDeflate(SPARING, codecs).offers());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "deflate",
                    "deflate;S_NO",
                    "deflate;C_NO",
                    "deflate;S_BITS=8",
                    "deflate;S_BITS=15",
                    "deflate;C_BITS=8",
                    "deflate;C_BITS=15;S_BITS=9;C_NO;S_NO"
                })
        void whatTheServerMaySayUnaskedIsTaken(String response) throws RemoteProtocolException {
            assertEquals(parse(response).get(0), confirm(KEEPING, response).response());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "deflate;C_BITS",
                    "deflate;C_BITS=7",
                    "deflate;C_BITS=16",
                    "deflate;S_BITS",
                    "deflate;S_BITS=7",
                    "deflate;S_NO=1",
                    "deflate;C_NO;C_NO",
                    "deflate;foo",
                    "deflate, deflate",
                    "other",
                    "deflate, other"
                })
        void anAnswerThatFitsNoOfferFailsTheConnection(String response) {
            RemoteProtocolException refused =
                    assertThrows(RemoteProtocolException.class, () -> confirm(KEEPING, response));
            assertEquals(1010, refused.closeCode());
        }

        @ParameterizedTest
        @ValueSource(strings = {"deflate", "deflate;S_NO", "deflate;S_BITS=10", "deflate;S_NO;S_BITS=11"})
        void anAnswerThatGrantsLessThanWasAskedFailsTheConnection(String response) {
            assertThrows(RemoteProtocolException.class, () -> confirm(SPARING, response));
        }

        @Test
        void anUnsolicitedClientWindowFailsTheConnection() {
            // ours is always offered, so the rule is checked where it is written
            DeflateParameters offer = new DeflateParameters(false, false, 0, 0);
            DeflateParameters answer = new DeflateParameters(false, false, 0, 12);
            assertThrows(IllegalArgumentException.class, () -> offer.checkAnswer(answer));
        }

        @Test
        void theMessageNamesWhatIsWrong() {
            RemoteProtocolException refused =
                    assertThrows(RemoteProtocolException.class, () -> confirm(KEEPING, "deflate;S_BITS=16"));
            assertTrue(
                    refused.getMessage().contains("server_max_window_bits=16; expected a value from 8 to 15"),
                    refused.getMessage());
        }
    }

    @Nested
    class Policy {
        @Test
        void valuesThatMakeNoSenseAreRefused() {
            assertThrows(IllegalArgumentException.class, () -> new DeflatePolicy(0, 0, true, true, 15));
            assertThrows(IllegalArgumentException.class, () -> new DeflatePolicy(10, 0, true, true, 15));
            assertThrows(IllegalArgumentException.class, () -> new DeflatePolicy(-1, -1, true, true, 15));
            assertThrows(IllegalArgumentException.class, () -> new DeflatePolicy(-1, 0, true, true, 7));
            assertThrows(IllegalArgumentException.class, () -> new DeflatePolicy(-1, 0, true, true, 16));
        }
    }
}
