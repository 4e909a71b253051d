package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.transport.PeerAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts, in the time that the test gives. */
class SessionCapsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** The clock of a JVM may begin anywhere, and pass the end of its numbers. */
    private static final long START = Long.MAX_VALUE - SECOND / 2;

    private final SessionCaps caps = new SessionCaps(START);

    @Test
    void withoutCapsEverySessionHasAPlace() {
        for (int i = 0; i < 1000; i++) {
            assertNull(caps.enter(Settings.defaults(), null, START));
        }
        assertEquals(1000, caps.sessions());
    }

    @Test
    void aRefusedSessionIsNotCounted() {
        Settings two = Settings.builder().set(Setting.MAX_SESSIONS, 2).build();
        assertNull(caps.enter(two, null, START));
        assertNull(caps.enter(two, null, START));
        assertSame(Setting.MAX_SESSIONS, caps.enter(two, null, START));
        assertEquals(2, caps.sessions());
        caps.leave(null);
        assertNull(caps.enter(two, null, START));
    }

    @Test
    void oneAddressDoesNotTakeThePlacesOfAnother() {
        Settings two =
                Settings.builder().set(Setting.MAX_SESSIONS_PER_ADDRESS, 2).build();
        assertNull(caps.enter(two, "192.0.2.1", START));
        assertNull(caps.enter(two, "192.0.2.1", START));
        assertSame(Setting.MAX_SESSIONS_PER_ADDRESS, caps.enter(two, "192.0.2.1", START));
        assertNull(caps.enter(two, "192.0.2.2", START));
        assertEquals(3, caps.sessions());
        caps.leave("192.0.2.1");
        assertNull(caps.enter(two, "192.0.2.1", START));
    }

    @Test
    void nothingIsKeptOfAnAddressWhoseSessionsHaveGone() {
        Settings many =
                Settings.builder().set(Setting.MAX_SESSIONS_PER_ADDRESS, 9).build();
        for (int i = 0; i < 100; i++) {
            caps.enter(many, "192.0.2." + i, START);
            caps.leave("192.0.2." + i);
        }
        assertEquals(0, caps.addresses());
        assertEquals(0, caps.sessions());
    }

    @Test
    void aSecondsWorthOfHandshakesMayComeAtOnceAndThenOneAfterAnother() {
        Settings ten =
                Settings.builder().set(Setting.MAX_HANDSHAKES_PER_SECOND, 10).build();
        for (int i = 0; i < 10; i++) {
            assertNull(caps.enter(ten, null, START), "at once, number " + i);
        }
        assertSame(Setting.MAX_HANDSHAKES_PER_SECOND, caps.enter(ten, null, START));
        assertSame(Setting.MAX_HANDSHAKES_PER_SECOND, caps.enter(ten, null, START + SECOND / 10 - 1));
        assertNull(caps.enter(ten, null, START + SECOND / 10));
        assertSame(Setting.MAX_HANDSHAKES_PER_SECOND, caps.enter(ten, null, START + SECOND / 10));
        for (int i = 0; i < 10; i++) {
            assertNull(caps.enter(ten, null, START + 5 * SECOND), "after a quiet time, number " + i);
        }
        assertSame(Setting.MAX_HANDSHAKES_PER_SECOND, caps.enter(ten, null, START + 5 * SECOND));
        assertEquals(21, caps.sessions());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "2001:db8:1:2:aaaa::1, 20010db800010002/64",
        "'[2001:db8:1:2:bbbb::2]', 20010db800010002/64",
        "2001:db8:1:3::1, 20010db800010003/64",
        "fe80::1%eth0, fe80000000000000/64",
        "::ffff:192.0.2.1, 192.0.2.1",
        "192.0.2.1:4711, 192.0.2.1",
        "'[2001:db8:1:2:bbbb::2]:4711', 20010db800010002/64",
        "'[fe80::1%eth0]:80', fe80000000000000/64",
        "'[::ffff:192.0.2.1]:80', 192.0.2.1",
        "'[2001:db8::1]x', '[2001:db8::1]x'",
        "'[2001:db8::1', '[2001:db8::1'",
        ".com:80, .com:80",
        ".2:80, .2:80",
        "192.0.2.1:x, 192.0.2.1:x",
        "'', ",
        ", ",
        "unix:/run/socket, unix:/run/socket",
        "1:2:3, 1:2:3",
        "host.example, host.example"
    })
    void anAddressCountsWithoutItsPortAndIpv6ByItsNetwork(String address, String counted) {
        assertEquals(counted, PeerAddress.of(address));
    }
}
