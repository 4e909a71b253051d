package dev.hawser.internal.client;

import dev.hawser.client.HandshakeFailedException;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.fuzz.FuzzInput;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import jakarta.websocket.DeploymentException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server or proxy may answer to the client's request, read by RFC 9112 as regular expressions: the same status
 * and fields, or the same refusal, with not an octet read behind the head, nor beyond the limit. What is taken for an
 * opening handshake keeps the rules of RFC 6455 4.1.
 */
public final class HttpResponseFuzz {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // with its answer from RFC 6455 1.3
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final Pattern STATUS = Pattern.compile("(HTTP/1\\.[01]) ([1-9][0-9]{2})(?: .*)?", Pattern.DOTALL);
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*+(.*?)[ \t]*", Pattern.DOTALL);

    private final byte[] octets;
    private final int limit;
    private int position;

    private HttpResponseFuzz(byte[] octets, int limit) {
        this.octets = octets;
        this.limit = limit;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput choices = new FuzzInput(input);
        int limit = choices.oneOf(8192, 100, 200, 20);
        new HttpResponseFuzz(choices.rest(), limit).test();
    }

    private void test() {
        HttpResponse expected = null;
        String refusal = "";
        try {
            expected = reference();
        } catch (IOException e) {
            refusal = e.getClass().getSimpleName();
        }
        int end = position;
        position = 0;
        HttpResponse actual = null;
        try {
            actual = HttpResponse.read(this::next, limit);
        } catch (IOException e) {
            require(expected == null && refusal.equals(e.getClass().getSimpleName()), e + " instead of " + expected);
        }
        require(expected == null ? actual == null : expected.equals(actual), expected + ", but was " + actual);
        require(position <= limit && (expected == null || position == end), position + " octets were read");
        if (actual != null) {
            validated(actual);
        }
    }

    private int next() throws IOException {
        if (position == octets.length) {
            throw new EOFException();
        }
        return octets[position++] & 0xFF;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            refuseUnless(position < limit);
            int octet = next();
            if (octet == '\n') {
                String text = line.toString();
                text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
                refuseUnless(text.indexOf('\r') < 0 && text.indexOf('\0') < 0);
                return text;
            }
            line.append((char) octet);
        }
    }

    private HttpResponse reference() throws IOException {
        while (true) {
            Matcher status = STATUS.matcher(line());
            refuseUnless(status.matches());
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            List<String> values = null;
            for (String line = line(); !line.isEmpty(); line = line()) {
                if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                    refuseUnless(values != null);
                    int last = values.size() - 1;
                    values.set(last, trimmed(values.get(last) + " " + trimmed(line)));
                } else {
                    Matcher field = FIELD.matcher(line);
                    refuseUnless(field.matches());
                    values = headers.computeIfAbsent(field.group(1), name -> new ArrayList<>());
                    values.add(field.group(2));
                }
            }
            int code = Integer.parseInt(status.group(2));
            if (code == 101 || code >= 200) {
                return new HttpResponse(status.group(1), code, headers);
            }
        }
    }

    private static String trimmed(String text) {
        return text.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    private static void refuseUnless(boolean holds) throws ProtocolException {
        if (!holds) {
            throw new ProtocolException();
        }
    }

    /** RFC 6455 4.1, on a request that offers two subprotocols and permessage-deflate. */
    private static void validated(HttpResponse response) {
        try (DeflateCodecs codecs = new DeflateCodecs(1)) {
            NegotiableExtension deflate = new PerMessageDeflate(DeflatePolicy.DEFAULT, codecs);
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.put("Sec-WebSocket-Protocol", List.of("chat, superchat"));
            headers.put(
                    ExtensionHeader.FIELD,
                    List.of(ExtensionHeader.format(deflate.offers().stream()
                            .map(ExtensionHeader::writable)
                            .toList())));
            OpeningRequest request =
                    new OpeningRequest(Target.of(URI.create("ws://h/")), KEY, headers, List.of(deflate));
            boolean legal = isLegal(response, deflate);
            try {
                OpeningResponse.validate(request, response);
                require(legal, "taken for an opening handshake: " + response);
            } catch (HandshakeFailedException e) {
                require(!legal && e.status() == response.status(), e.getMessage() + ": " + response);
            }
        } catch (DeploymentException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isLegal(HttpResponse response, NegotiableExtension deflate) {
        List<String> protocol = response.header("Sec-WebSocket-Protocol");
        return response.status() == 101
                && response.version().equals("HTTP/1.1")
                && has(response.header("Upgrade"), "websocket")
                && has(response.header("Connection"), "upgrade")
                && response.header("Sec-WebSocket-Accept").equals(List.of(ACCEPT))
                && (protocol.isEmpty()
                        || List.of(List.of("chat"), List.of("superchat")).contains(protocol))
                && isLegalExtension(response.header(ExtensionHeader.FIELD), deflate);
    }

    private static boolean isLegalExtension(List<String> lines, NegotiableExtension deflate) {
        try {
            List<ExtensionOffer> answers = ExtensionHeader.parse(lines);
            ExtensionNegotiation.confirm(List.of(deflate), answers); // whose own oracle is elsewhere
            return true;
        } catch (IllegalArgumentException | RemoteProtocolException e) {
            return false;
        }
    }

    private static boolean has(List<String> lines, String element) {
        Pattern wanted = Pattern.compile("[ \t]*" + element + "[ \t]*", Pattern.CASE_INSENSITIVE);
        return lines.stream()
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .anyMatch(one -> wanted.matcher(one).matches());
    }

    private static void require(boolean holds, @Nullable String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
