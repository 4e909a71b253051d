package dev.hawser.examples.chat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a page shows when it comes back, so that it keeps its name although its earlier session may still count as
 * present: the time, and a signature of time, room and name. No node has to remember it; all nodes have the same key,
 * from the environment variable {@code DEMO_KEY}.
 *
 * <p>It is good for two minutes, since it is in addresses, which proxies may log; each pong brings a new one. Whoever
 * takes the name while its owner is away shares it when the owner comes back in time.
 */
final class Pass {
    private static final Duration GOOD_FOR = Duration.ofMinutes(2);
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecretKeySpec KEY = new SecretKeySpec(key(), ALGORITHM);

    private Pass() {}

    private static byte[] key() {
        String shared = System.getenv("DEMO_KEY");
        if (shared != null && !shared.isEmpty()) {
            return shared.getBytes(StandardCharsets.UTF_8);
        }
        byte[] own = new byte[32];
        new SecureRandom().nextBytes(own);
        return own;
    }

    /** A pass for a name in a room, from a time in milliseconds since 1970 on. */
    static String of(String room, String name, long now) {
        return now + "." + signature(room, name, now);
    }

    /** Whether a pass is genuine, for this name in this room, and still good. */
    static boolean isGood(String pass, String room, String name, long now) {
        int point = pass.indexOf('.');
        if (point < 0 || !pass.substring(0, point).matches("\\d{1,15}")) {
            return false;
        }
        long given = Long.parseLong(pass.substring(0, point));
        byte[] expected = of(room, name, given).getBytes(StandardCharsets.UTF_8);
        return now - given < GOOD_FOR.toMillis()
                && MessageDigest.isEqual(expected, pass.getBytes(StandardCharsets.UTF_8));
    }

    private static String signature(String room, String name, long time) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            byte[] signed = mac.doFinal((time + "\n" + room + "\n" + name).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
