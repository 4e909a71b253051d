package dev.hawser.internal.client;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A user name and password, and the answers to challenges: the strongest offered of Digest with SHA-256 or MD5 (RFC
 * 7616) and Basic (RFC 7617). The text form shows neither name nor password.
 */
record HttpCredentials(String user, String password) {
    /** Optional whitespace (RFC 9110 5.6.3); other control characters are part of a value. */
    private static final Pattern OUTER_SPACE = Pattern.compile("^[ \t]+|[ \t]+$");

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * The value of {@code Authorization} or {@code Proxy-Authorization}.
     *
     * @param uri the target of the request that is to be authenticated
     * @return null if no challenge has a scheme known here
     */
    @Nullable String answer(List<HttpChallenge> challenges, String method, String uri) {
        HttpChallenge best = null;
        int strength = 0;
        for (HttpChallenge challenge : challenges) {
            int offered = strength(challenge);
            if (offered > strength) {
                best = challenge;
                strength = offered;
            }
        }
        if (best == null) {
            return null;
        }
        return strength == 1 ? basic() : digest(best, method, uri);
    }

    private static int strength(HttpChallenge challenge) {
        return switch (challenge.scheme()) {
            case "basic" -> 1;
            case "digest" ->
                qop(challenge) == null || challenge.parameter("nonce").isEmpty() || !isEchoable(challenge)
                        ? 0
                        : switch (hash(challenge)) {
                            case "MD5" -> 2;
                            case "SHA-256" -> 3;
                            default -> 0;
                        };
            default -> 0;
        };
    }

    /**
     * Whether the values that the answer repeats have no control characters, which a header must not have (RFC 9110
     * section 5.5).
     */
    private static boolean isEchoable(HttpChallenge challenge) {
        return Stream.of("realm", "nonce", "opaque")
                .flatMapToInt(name -> challenge.parameter(name).chars())
                .allMatch(c -> c >= ' ' && c != 0x7F || c == '\t');
    }

    /**
     * Always UTF-8: RFC 7617 section 2.1 asks for it if the server says so, and most servers accept it if they do not.
     */
    private String basic() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private String digest(HttpChallenge challenge, String method, String uri) {
        String hash = hash(challenge);
        Charset charset = challenge.parameter("charset").equalsIgnoreCase("UTF-8")
                ? StandardCharsets.UTF_8
                : StandardCharsets.ISO_8859_1;
        String realm = challenge.parameter("realm");
        String nonce = challenge.parameter("nonce");
        String cnonce = cnonce();
        String secret = hex(hash, user + ":" + realm + ":" + password, charset);
        if (isSession(challenge)) {
            secret = hex(hash, secret + ":" + nonce + ":" + cnonce, charset);
        }
        String request = hex(hash, method + ":" + uri, charset);
        String qop = qop(challenge);
        boolean legacy = "".equals(qop); // RFC 2069: no qop was offered
        String response = hex(
                hash, secret + ":" + nonce + ":" + (legacy ? "" : "00000001:" + cnonce + ":auth:") + request, charset);
        StringBuilder answer = new StringBuilder("Digest username=").append(quoted(user));
        answer.append(", realm=").append(quoted(realm)).append(", nonce=").append(quoted(nonce));
        answer.append(", uri=")
                .append(quoted(uri))
                .append(", response=\"")
                .append(response)
                .append('"');
        if (!challenge.parameter("algorithm").isEmpty()) {
            answer.append(", algorithm=").append(hash).append(isSession(challenge) ? "-sess" : "");
        }
        if (!legacy) {
            answer.append(", qop=auth, nc=00000001");
        }
        if (!legacy || isSession(challenge)) {
            answer.append(", cnonce=\"").append(cnonce).append('"'); // the response depends on it
        }
        if (challenge.parameters().containsKey("opaque")) {
            answer.append(", opaque=").append(quoted(challenge.parameter("opaque")));
        }
        return answer.toString();
    }

    /**
     * The hash of the challenge's algorithm; MD5 is the default (RFC 7616 section 3.3). An unknown algorithm is
     * returned unchanged.
     */
    private static String hash(HttpChallenge challenge) {
        String algorithm = challenge.parameter("algorithm").toUpperCase(Locale.ROOT);
        if (algorithm.isEmpty()) {
            return "MD5";
        }
        return algorithm.endsWith("-SESS") ? algorithm.substring(0, algorithm.length() - 5) : algorithm;
    }

    private static boolean isSession(HttpChallenge challenge) {
        return challenge.parameter("algorithm").toLowerCase(Locale.ROOT).endsWith("-sess");
    }

    /** {@code auth} if it is offered, "" if no qop is offered, null if only others are. */
    private static @Nullable String qop(HttpChallenge challenge) {
        String offered = challenge.parameter("qop");
        if (offered.isEmpty()) {
            return "";
        }
        for (String qop : OUTER_SPACE.matcher(offered).replaceAll("").split("[ \t]*,[ \t]*", -1)) {
            if (qop.equalsIgnoreCase("auth")) {
                return "auth";
            }
        }
        return null;
    }

    private static String cnonce() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String hex(String hash, String text, Charset charset) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(hash).digest(text.getBytes(charset)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform must have " + hash, e);
        }
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @Override
    public String toString() {
        return "HttpCredentials[***]";
    }
}
