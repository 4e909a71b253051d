package dev.hawser.internal.client;

import dev.hawser.fuzz.FuzzInput;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Challenges of a server or proxy, which may be anything, or well-formed ones that the input only chooses: those are
 * read as RFC 9110 11.6 has them. The answer is the strongest that is known, can stand in a header, and for Digest is
 * what RFC 7616 3.4.1 computes.
 */
public final class HttpChallengeFuzz {
    private static final String[] NAMES = {"realm", "nonce", "opaque", "qop", "algorithm", "charset", "stale", "x"};
    private static final String[] SCHEMES = {"Digest", "Basic", "Bearer", "DIGEST"};
    private static final Map<String, String[]> WORDS = Map.of(
            "qop", new String[] {"auth", "auth-int", "auth-int, auth", "AUTH"},
            "algorithm", new String[] {"MD5", "SHA-256", "SHA-256-sess", "md5-sess", "SHA-512"},
            "charset", new String[] {"UTF-8"});
    private static final Pattern ANSWERED =
            Pattern.compile("(?:Digest |, )([a-z]+)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([A-Za-z0-9-]+))");
    private static final String URI = "/chat?a=\"b\"";

    private HttpChallengeFuzz() {}

    public static void fuzzerTestOneInput(byte[] octets) {
        FuzzInput input = new FuzzInput(octets);
        if (input.yes()) {
            List<HttpChallenge> expected = new ArrayList<>();
            String line = composed(input, expected);
            List<HttpChallenge> actual = HttpChallenge.parse(List.of(line));
            require(expected.equals(actual), expected + ", but was " + actual + " from " + line);
            answered(actual);
        } else {
            List<String> lines = new ArrayList<>();
            while (!input.isEmpty()) {
                lines.add(input.line().replaceAll("[\r\0]", " ")); // as no HttpResponse has them
            }
            answered(HttpChallenge.parse(lines));
        }
    }

    /** {@code 1#challenge} with parameters whose values are tokens or quoted strings. */
    private static String composed(FuzzInput input, List<HttpChallenge> expected) {
        StringBuilder line = new StringBuilder();
        for (int challenges = 1 + input.below(3); challenges > 0; challenges--) {
            String scheme = SCHEMES[input.below(SCHEMES.length)];
            Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            line.append(line.length() == 0 ? "" : input.yes() ? ", " : " ,\t,").append(scheme);
            int count = input.below(7);
            for (int i = 0; i < count; i++) {
                String name = NAMES[input.below(NAMES.length)];
                String[] words = WORDS.get(name);
                String value = words == null
                        ? new String(input.octets(input.below(12)), StandardCharsets.ISO_8859_1)
                                .replaceAll("[\r\n\0]", "-")
                        : words[input.below(words.length)];
                line.append(i == 0 ? " " : input.yes() ? "," : ", ")
                        .append(name)
                        .append(input.yes() ? "=" : " =\t");
                boolean token = value.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
                line.append(token && input.yes() ? value : quoted(value, input.yes()));
                parameters.putIfAbsent(name, value);
            }
            expected.add(new HttpChallenge(scheme.toLowerCase(Locale.ROOT), parameters));
        }
        return line.toString();
    }

    private static String quoted(String value, boolean all) {
        return '"' + value.replaceAll(all ? "(.)" : "([\"\\\\])", "\\\\$1") + '"';
    }

    private static int strength(HttpChallenge challenge) {
        if (challenge.scheme().equals("basic")) {
            return 1;
        }
        String qop = challenge.parameter("qop");
        boolean auth = qop.isEmpty()
                || List.of(qop.toLowerCase(Locale.ROOT)
                                .replaceAll("^[ \t]+|[ \t]+$", "")
                                .split("[ \t]*,[ \t]*"))
                        .contains("auth");
        if (!challenge.scheme().equals("digest") || challenge.parameter("nonce").isEmpty() || !auth) {
            return 0;
        }
        return switch (challenge.parameter("algorithm").toLowerCase(Locale.ROOT)) {
            case "", "md5", "md5-sess" -> 2;
            case "sha-256", "sha-256-sess" -> 3;
            default -> 0;
        };
    }

    private static void answered(List<HttpChallenge> challenges) {
        String answer = new HttpCredentials("us\"er", "pass").answer(challenges, "GET", URI);
        HttpChallenge best = null;
        for (HttpChallenge challenge : challenges) {
            if (isEchoable(challenge) && strength(challenge) > (best == null ? 0 : strength(best))) {
                best = challenge;
            }
        }
        if (best == null || answer == null) {
            require(best == null && answer == null, best + " answered with " + answer);
            return;
        }
        require(isFieldValue(answer), "an answer can stand in a header: " + answer);
        if (strength(best) == 1) {
            require(answer.equals("Basic dXMiZXI6cGFzcw=="), answer);
        } else {
            digest(best, answer);
        }
    }

    /** What cannot stand in a header is not sent back in one. */
    private static boolean isEchoable(HttpChallenge challenge) {
        return challenge.scheme().equals("basic")
                || isFieldValue(
                        challenge.parameter("realm") + challenge.parameter("nonce") + challenge.parameter("opaque"));
    }

    private static boolean isFieldValue(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7F || c > 0x7F && c <= 0xFF || c == '\t');
    }

    private static void digest(HttpChallenge challenge, String answer) {
        Map<String, String> given = new TreeMap<>();
        Matcher field = ANSWERED.matcher(answer);
        int end = 0;
        while (field.find() && field.start() == end) {
            String quoted = field.group(2);
            given.put(field.group(1), quoted == null ? field.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
            end = field.end();
        }
        require(end == answer.length(), "an answer is a list of parameters: " + answer);
        require("us\"er".equals(given.get("username")) && URI.equals(given.get("uri")), answer);
        for (String echoed : List.of("realm", "nonce", "opaque")) {
            String sent = given.getOrDefault(echoed, "");
            require(sent.equals(challenge.parameter(echoed)), echoed + " comes back as it was: " + answer);
        }
        boolean utf8 = challenge.parameter("charset").equalsIgnoreCase("UTF-8");
        String algorithm = challenge.parameter("algorithm").toUpperCase(Locale.ROOT);
        String hash = algorithm.startsWith("SHA-256") ? "SHA-256" : "MD5";
        String nonce = challenge.parameter("nonce");
        String secret = hash(hash, "us\"er:" + challenge.parameter("realm") + ":pass", utf8);
        if (algorithm.endsWith("-SESS")) {
            require(given.containsKey("cnonce"), "what the response is made of is in the answer: " + answer);
            secret = hash(hash, secret + ":" + nonce + ":" + given.get("cnonce"), utf8);
        }
        String qop = given.get("qop");
        require((qop == null) == challenge.parameter("qop").isEmpty(), "qop is answered if it is offered: " + answer);
        String between = qop == null ? "" : given.get("nc") + ":" + given.get("cnonce") + ":" + qop + ":";
        String expected = hash(hash, secret + ":" + nonce + ":" + between + hash(hash, "GET:" + URI, utf8), utf8);
        require(expected.equals(given.get("response")), "the response is " + expected + ": " + answer);
    }

    private static String hash(String algorithm, String text, boolean utf8) {
        try {
            byte[] octets = text.getBytes(utf8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void require(boolean holds, @Nullable String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
