package dev.hawser.internal.client;

import dev.hawser.internal.protocol.handshake.ResponseHead;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1.1 response (RFC 9112) to an opening handshake or a CONNECT.
 *
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param headers the values of each field, one per line; names are case-insensitive; unmodifiable
 */
record HttpResponse(String version, int status, Map<String, List<String>> headers) implements ResponseHead {
    private static final int STATUS_LINE = "HTTP/1.1 101".length();

    /** Where a response comes from, octet by octet. */
    interface Octets {
        /**
         * The next octet.
         *
         * @throws java.io.EOFException if there is none
         */
        int next() throws IOException;
    }

    /**
     * Reads the head, in time linear in its length, and nothing behind it. Interim responses (1xx except 101, RFC 9110
     * section 15.2) are skipped.
     *
     * @param limit the most bytes read, interim responses included
     * @throws ProtocolException if the head is longer, or not HTTP
     */
    static HttpResponse read(Octets stream, int limit) throws IOException {
        Lines lines = new Lines(stream, limit);
        while (true) {
            HttpResponse response = readOne(lines);
            if (response.status >= 200 || response.status == 101) {
                return response;
            }
        }
    }

    private static HttpResponse readOne(Lines lines) throws IOException {
        String first = lines.next();
        String version = first.startsWith("HTTP/1.1 ") ? "HTTP/1.1" : first.startsWith("HTTP/1.0 ") ? "HTTP/1.0" : null;
        if (version == null || first.length() < STATUS_LINE) {
            throw new ProtocolException("the answer does not begin with an HTTP/1.1 status line");
        }
        int status = status(first);
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<String> values = null;
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                unfold(values, line);
            } else {
                int colon = line.indexOf(':');
                if (colon <= 0 || !isToken(line, colon)) {
                    throw new ProtocolException("the answer has a header line that is not \"name: value\"");
                }
                values = headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>(1));
                values.add(trimmed(line.substring(colon + 1)));
            }
        }
        headers.replaceAll((name, list) -> Collections.unmodifiableList(list));
        return new HttpResponse(version, status, Collections.unmodifiableMap(headers));
    }

    private static int status(String line) throws ProtocolException {
        int status = 0;
        for (int i = STATUS_LINE - 3; i < STATUS_LINE; i++) {
            char c = line.charAt(i);
            if (c < '0' || c > '9') {
                throw new ProtocolException("the answer has no status of three digits");
            }
            status = status * 10 + c - '0';
        }
        if (status < 100 || (line.length() > STATUS_LINE && line.charAt(STATUS_LINE) != ' ')) {
            throw new ProtocolException("the answer has no status of three digits");
        }
        return status;
    }

    /** Joins a folded line with a space, as RFC 9112 section 5.2 asks of a user agent. */
    private static void unfold(@Nullable List<String> values, String line) throws ProtocolException {
        if (values == null) {
            throw new ProtocolException("the answer's first header line begins with a space");
        }
        int last = values.size() - 1;
        values.set(last, trimmed(values.get(last) + " " + trimmed(line)));
    }

    private static boolean isToken(String line, int end) {
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            if (c <= ' ' || c >= 127 || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
            to--;
        }
        return value.substring(from, to);
    }

    /** The lines of a field, in their order; empty if there are none. */
    @Override
    public List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** The lines of a head, without their line ends, which are CR LF or only LF (RFC 9112 section 2.2). */
    private static final class Lines {
        private final Octets stream;
        private final byte[] line;
        private int left;
        private final int limit;

        Lines(Octets stream, int limit) {
            this.stream = stream;
            this.limit = limit;
            this.left = limit;
            this.line = new byte[limit];
        }

        String next() throws IOException {
            int length = 0;
            while (left-- > 0) {
                int octet = stream.next();
                if (octet == '\n') {
                    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                    return checked(new String(line, 0, end, StandardCharsets.ISO_8859_1));
                }
                line[length++] = (byte) octet;
            }
            throw new ProtocolException("the answer's header is longer than " + limit + " bytes");
        }

        private static String checked(String text) throws ProtocolException {
            if (text.indexOf('\r') >= 0 || text.indexOf('\0') >= 0) {
                throw new ProtocolException("the answer's header has a CR or NUL inside a line");
            }
            return text;
        }
    }
}
