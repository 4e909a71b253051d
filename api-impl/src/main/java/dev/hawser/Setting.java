package dev.hawser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One setting: its name, its default, and how its text form is read. A setting is given as the system property or
 * servlet context parameter {@code dev.hawser.NAME}, through {@link Settings.Builder}, or, where it makes sense for one
 * endpoint, through {@link EndpointSettings}. docs/settings.md has the same settings as a table.
 *
 * <p>Sizes are bytes and take the suffixes {@code KiB} and {@code MiB}; durations take {@code ms}, {@code s} and {@code
 * min}, and a bare number is milliseconds.
 *
 * <pre>{@code
 * Settings settings = Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 1024 * 1024).build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public final class Setting<T> {
    private static final List<Setting<?>> ALL = new ArrayList<>();

    /** The most bytes of a whole text message, after inflating, in UTF-8. */
    public static final Setting<Integer> MAX_TEXT_MESSAGE_SIZE = size("maxTextMessageSize", 64 * 1024);
    /** The most bytes of a whole binary message, after inflating. */
    public static final Setting<Integer> MAX_BINARY_MESSAGE_SIZE = size("maxBinaryMessageSize", 64 * 1024);
    /** The most bytes of a message for a stream or partial handler, after inflating. */
    public static final Setting<Long> MAX_STREAMED_MESSAGE_SIZE = longSize("maxStreamedMessageSize", 1L << 30);
    /** The most frames without payload in one message. */
    public static final Setting<Integer> MAX_EMPTY_FRAGMENTS = count("maxEmptyFragments", 1024);
    /** The most frames of one message. */
    public static final Setting<Integer> MAX_FRAGMENTS = count("maxFragments", 1 << 20);
    /**
     * Bytes in memory of received messages that may wait for callbacks before parsing and reading pause. What was read
     * and not parsed, and what waits in streams, counts too. It may be exceeded by one message, or part.
     */
    public static final Setting<Integer> INBOUND_BYTES = size("inboundBytes", 256 * 1024);
    /** Received messages, parts and pongs that may wait for callbacks before parsing and reading pause. */
    public static final Setting<Integer> INBOUND_MESSAGES = count("inboundMessages", 256);
    /**
     * How long an InputStream or Reader handler waits for the next part of its message. After that its read throws an
     * IOException, and the session is closed with 1008.
     */
    public static final Setting<Duration> STREAM_READ_TIMEOUT = limit("streamReadTimeout", Duration.ofSeconds(30));
    /**
     * The minimum rate at which a peer must continue a message that it has begun, in bytes on the wire per second, on
     * average over any {@link #MIN_MESSAGE_RATE_GRACE}. A session that is slower is closed with 1008. 0 is no minimum,
     * for endpoints that receive live streams.
     */
    public static final Setting<Integer> MIN_MESSAGE_RATE = made(
            "minMessageRate", 1024, text -> Math.toIntExact(SettingText.bytes(text)), SettingText::checkNotNegative);
    /**
     * How long a message may be slower than {@link #MIN_MESSAGE_RATE}; up to a sixth more may pass until that is
     * noticed. Time in which this side does not read does not count.
     */
    public static final Setting<Duration> MIN_MESSAGE_RATE_GRACE = limit("minMessageRateGrace", Duration.ofSeconds(30));
    /**
     * How many bytes of memory may be held by what waits to be sent: buffers, payloads, even if others hold them too,
     * and 64 for each asynchronous send. If nothing waits, a message of any size is admitted. A sender that waits for
     * room is admitted when half of it is free.
     */
    public static final Setting<Integer> OUTBOUND_BYTES = size("outboundBytes", 1024 * 1024);
    /**
     * Messages that may wait to be sent. This is a second bound; {@link #OUTBOUND_BYTES} already counts what each
     * message takes.
     */
    public static final Setting<Integer> OUTBOUND_MESSAGES = count("outboundMessages", 100_000);
    /**
     * How many bytes of topic messages may wait for one slow session whose rule is to drop some, in addition to what
     * waits to be sent: entries and payloads, even if other sessions hold them too.
     */
    public static final Setting<Integer> TOPIC_BACKLOG_BYTES = size("topicBacklogBytes", 64 * 1024);
    /**
     * The bytes of messages of topics that may wait on their way to the broker, and as many on their way from it.
     * Further messages to the broker are dropped; publishing fails where the topic has a history.
     */
    public static final Setting<Integer> TOPIC_BACKPLANE_BYTES = size("topicBackplaneBytes", 8 * 1024 * 1024);
    /** How long the broker may take to store a message of a topic with history, before publishing it fails. */
    public static final Setting<Duration> TOPIC_BACKPLANE_TIMEOUT =
            limit("topicBackplaneTimeout", Duration.ofSeconds(5));
    /**
     * Whether an asynchronous send that exceeds the outbound bounds closes the connection with 1008. Otherwise only the
     * send fails.
     */
    public static final Setting<Boolean> CLOSE_ON_OUTBOUND_OVERFLOW = flag("closeOnOutboundOverflow", false);
    /**
     * How long a send may take, from its call until its last byte was handed to the network, before it fails and the
     * connection is cut. It is also how long the network may take for one write of up to 256 KiB: with the default a
     * peer that takes less than 13 KB/s while that much waits is cut after 20 s.
     */
    public static final Setting<Duration> SEND_TIMEOUT = limit("sendTimeout", Duration.ofSeconds(20));
    /** The initial send timeout of asynchronous sends; 0 is {@link #SEND_TIMEOUT}. */
    public static final Setting<Duration> ASYNC_SEND_TIMEOUT = duration("asyncSendTimeout", Duration.ZERO);
    /** How long the closing handshake may take before the connection is cut (RFC 6455 7.1.1). */
    public static final Setting<Duration> CLOSE_TIMEOUT = duration("closeTimeout", Duration.ofSeconds(10));
    /** How long a stop or undeploy waits after it sent 1001 to all sessions. */
    public static final Setting<Duration> STOP_TIMEOUT = duration("stopTimeout", Duration.ofSeconds(5));
    /** How long replies may wait for more of the same batch before they are flushed. */
    public static final Setting<Duration> FLUSH_DELAY = duration("flushDelay", Duration.ofMillis(1));
    /**
     * The initial idle timeout of sessions; 0 is none. Pings of {@link #KEEP_ALIVE_INTERVAL} do not count as traffic.
     */
    public static final Setting<Duration> IDLE_TIMEOUT = duration("idleTimeout", Duration.ZERO);
    /**
     * The time between keep-alive pings on an otherwise silent connection, with jitter; 0 switches them off.
     */
    public static final Setting<Duration> KEEP_ALIVE_INTERVAL = duration("keepAliveInterval", Duration.ofSeconds(25));
    /** How long after a keep-alive ping a silent peer counts as dead. */
    public static final Setting<Duration> PONG_TIMEOUT = limit("pongTimeout", Duration.ofSeconds(20));
    /**
     * Whether client connections send keep-alive pings, too. Without them an idle client does not notice that its
     * server has vanished.
     */
    public static final Setting<Boolean> CLIENT_KEEP_ALIVE = flag("clientKeepAlive", true);
    /** On which thread callbacks run. */
    public static final Setting<Dispatch> DISPATCH = made("dispatch", Dispatch.WORKER, Setting::dispatch);
    /** The most worker threads of one application, reached only while callbacks block. */
    public static final Setting<Integer> MAX_WORKERS = count("maxWorkers", 64);
    /** The most threads of one application for slow callbacks and streamed messages, both of which may block. */
    public static final Setting<Integer> MAX_BLOCKING_THREADS = count("maxBlockingThreads", 200);
    /**
     * Callbacks that are slower than this on average because they wait for something run on the threads of {@link
     * #MAX_BLOCKING_THREADS} instead of the shared workers. Callbacks that compute stay on the workers; as many workers
     * run at once as there are processors.
     */
    public static final Setting<Duration> SLOW_CALLBACK = duration("slowCallback", Duration.ofMillis(1));
    /**
     * The origins from which browsers may connect: {@code same-origin}, {@code *}, or a comma-separated list such as
     * {@code https://example.org}.
     */
    public static final Setting<String> ALLOWED_ORIGINS = made("allowedOrigins", "same-origin", Function.identity());
    /**
     * The most sessions; 0 is any number. As a setting of the container it bounds the sessions of the application; as a
     * setting of an endpoint it bounds the sessions of that endpoint. The same holds for the next two settings. A
     * handshake beyond it is answered with 503.
     */
    public static final Setting<Integer> MAX_SESSIONS = cap("maxSessions");
    /**
     * The most sessions of one address of peers, as the container sees it; 0 is any number. IPv6 addresses count by
     * their first 64 bits. A handshake beyond it is answered with 429.
     */
    public static final Setting<Integer> MAX_SESSIONS_PER_ADDRESS = cap("maxSessionsPerAddress");
    /**
     * The most handshakes a second; 0 is any number. After a quiet second that many may come at once. A handshake
     * beyond it is answered with 503.
     */
    public static final Setting<Integer> MAX_HANDSHAKES_PER_SECOND = cap("maxHandshakesPerSecond");
    /**
     * How many bytes all connections in the JVM, also those of other applications, may hold together for their peers; 0
     * is no budget. A percentage, as {@code 25%}, is of the maximum heap. Above it new handshakes are answered with
     * 503, and the biggest connections are paused and then closed with 1013. A connection that holds no more than its
     * share is left alone.
     */
    public static final Setting<Long> MEMORY_BUDGET =
            made("memoryBudget", SettingText.ofHeap("25%"), SettingText::ofHeap, SettingText::checkNotNegative);
    /** How long a client's connect may take in all: DNS, TCP, proxy, TLS, HTTP and onOpen. */
    public static final Setting<Duration> CONNECT_TIMEOUT = limit("connectTimeout", Duration.ofSeconds(10));
    /** The most bytes that a client reads of the HTTP response. */
    public static final Setting<Integer> MAX_HANDSHAKE_HEADER = size("maxHandshakeHeader", 8 * 1024);
    /** Whether permessage-deflate (RFC 7692) is negotiated. */
    public static final Setting<Boolean> COMPRESSION = flag("compression", true);
    /** The deflate level, 1 (fast) to 9 (small), or -1 for the library's default. */
    public static final Setting<Integer> COMPRESSION_LEVEL =
            made("compressionLevel", -1, SettingText::whole, SettingText::checkLevel);
    /** Messages of fewer bytes are sent uncompressed. */
    public static final Setting<Integer> COMPRESSION_MIN_SIZE = size("compressionMinSize", 1024);
    /**
     * Whether this side keeps its compression history between messages, at up to 112 KiB of heap a connection (levels 7
     * to 9: 256 KiB of native memory).
     */
    public static final Setting<Boolean> COMPRESSION_CONTEXT_TAKEOVER = flag("compressionContextTakeover", false);
    /**
     * The largest compression window that the peer is asked to use, as an exponent from 8 to 15: this side keeps up to
     * 2 to this power bytes of the peer's history per connection. 15 asks for nothing.
     */
    public static final Setting<Integer> COMPRESSION_PEER_WINDOW_BITS =
            made("compressionPeerWindowBits", 15, SettingText::whole, SettingText::checkWindowBits);
    /**
     * Whether the end of an anonymous HttpSession closes its web sockets. The end of an authenticated one always does.
     */
    public static final Setting<Boolean> CLOSE_WITH_ANONYMOUS_HTTP_SESSION =
            flag("closeWithAnonymousHttpSession", false);
    /** Whether the application's container is shown by JMX, as {@link HawserMXBean}. */
    public static final Setting<Boolean> JMX = flag("jmx", true);
    /**
     * How many bytes of each frame's payload the log of frames may show, at most 4 KiB; 0 is none. What users write
     * then gets into the log, so it is unsafe. The setting alone logs nothing: payloads are logged while the logger
     * {@code dev.hawser.frames} is at TRACE, and for what {@link HawserMXBean#logPayloads} names.
     */
    public static final Setting<Integer> UNSAFE_LOG_PAYLOADS =
            made("unsafeLogPayloads", 0, text -> Math.toIntExact(SettingText.bytes(text)), SettingText::checkLogged);
    /**
     * What to do when another WebSocket implementation is installed: {@code replace}, {@code yield} or {@code fail}.
     */
    public static final Setting<String> ON_CONFLICT =
            made("onConflict", "replace", Function.identity(), SettingText::checkConflict);
    /**
     * How the bytes of a web socket get onto its connection in a servlet container: {@code auto} for the container's
     * own way, where Hawser has one that fits, or {@code portable} for the streams of the Servlet API. Jetty always has
     * its own.
     */
    public static final Setting<String> TRANSPORT =
            made("transport", "auto", Function.identity(), SettingText::checkTransport);

    private final String name;
    private final T defaultValue;
    private final Function<String, T> parser;
    /** Throws an IllegalArgumentException that says what is expected. */
    private final Consumer<T> range;

    private final int index;

    private Setting(int index, String name, T defaultValue, Function<String, T> parser, Consumer<T> range) {
        this.index = index;
        this.name = name;
        this.defaultValue = defaultValue;
        this.parser = parser;
        this.range = range;
    }

    private static <T> Setting<T> made(String name, T defaultValue, Function<String, T> parser, Consumer<T> range) {
        Setting<T> setting = new Setting<>(ALL.size(), name, defaultValue, parser, range);
        ALL.add(setting);
        return setting;
    }

    private static <T> Setting<T> made(String name, T defaultValue, Function<String, T> parser) {
        return made(name, defaultValue, parser, anything -> {});
    }

    /** All settings, in the order of the documentation. */
    public static List<Setting<?>> all() {
        return List.copyOf(ALL);
    }

    /** The name without the prefix {@code dev.hawser.}. */
    public String name() {
        return name;
    }

    /** The system property and context parameter. */
    public String key() {
        return "dev.hawser." + name;
    }

    /** The value if nobody sets another. */
    public T defaultValue() {
        return defaultValue;
    }

    /**
     * Reads the text form of a value.
     *
     * @throws IllegalArgumentException with the key, the text and the cause if it is not one
     */
    public T parse(String text) {
        try {
            T value = parser.apply(text.strip());
            range.accept(value);
            return value;
        } catch (RuntimeException e) {
            throw notValid(text, e);
        }
    }

    /**
     * Returns the value.
     *
     * @throws IllegalArgumentException with the key, the value and what was expected, if {@link #parse} would not give
     *     it either
     */
    T checked(T value) {
        try {
            if (!defaultValue.getClass().isInstance(value)) { // an unchecked cast, or null
                throw new IllegalArgumentException(
                        "expected a value of type " + defaultValue.getClass().getSimpleName());
            }
            range.accept(value);
            return value;
        } catch (RuntimeException e) {
            throw notValid(value, e);
        }
    }

    private IllegalArgumentException notValid(Object value, RuntimeException cause) {
        return new IllegalArgumentException(
                key() + "=" + value + " is not valid: " + cause.getMessage() + "; the default is " + defaultValue,
                cause);
    }

    int index() {
        return index;
    }

    @Override
    public String toString() {
        return key();
    }

    private static Setting<Integer> size(String name, int defaultValue) {
        return made(name, defaultValue, text -> Math.toIntExact(SettingText.bytes(text)), SettingText::checkPositive);
    }

    private static Setting<Long> longSize(String name, long defaultValue) {
        return made(name, defaultValue, SettingText::bytes, SettingText::checkPositive);
    }

    private static Setting<Integer> count(String name, int defaultValue) {
        return made(
                name,
                defaultValue,
                text -> Math.toIntExact(SettingText.notNegative(text, text)),
                SettingText::checkPositive);
    }

    /** A cap that is off by default. */
    private static Setting<Integer> cap(String name) {
        return made(
                name, 0, text -> Math.toIntExact(SettingText.notNegative(text, text)), SettingText::checkNotNegative);
    }

    private static Setting<Boolean> flag(String name, boolean defaultValue) {
        return made(name, defaultValue, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected true or false");
        });
    }

    private static Setting<Duration> duration(String name, Duration defaultValue) {
        return made(name, defaultValue, SettingText::time, SettingText::checkTime);
    }

    /** A limit for waiting. It must be more than 0, because with 0 everything would fail at once. */
    private static Setting<Duration> limit(String name, Duration defaultValue) {
        return made(name, defaultValue, SettingText::time, time -> {
            SettingText.checkTime(time);
            SettingText.checkPositive(time.toNanos());
        });
    }

    private static Dispatch dispatch(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "worker" -> Dispatch.WORKER;
            case "event-loop", "event_loop" -> Dispatch.EVENT_LOOP;
            case "virtual-threads", "virtual_threads" -> Dispatch.VIRTUAL_THREADS;
            default -> throw new IllegalArgumentException("expected worker, event-loop or virtual-threads");
        };
    }
}
