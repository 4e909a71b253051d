package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The proxies of docs/proxies.md, as Debian installs them. A test starts one with the block of that page, in which
 * ports and the places of files are replaced; what the block stands in on a machine, such as Debian's
 * {@code nginx.conf}, is here.
 */
enum Proxy {
    NGINX("nginx-light", true, "/usr/sbin/nginx") {
        @Override
        Map<String, String> replaced(Place place) {
            return Map.of("listen 443", "listen 127.0.0.1:" + place.port());
        }

        @Override
        List<String> command(Place place) throws IOException {
            String folder = place.folder() + "/";
            StringBuilder around = new StringBuilder("daemon off;\nworker_processes 1;\nerror_log stderr warn;\npid ")
                    .append(folder)
                    .append("pid;\nevents { worker_connections 64; }\nhttp {\naccess_log off;\n");
            for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
                around.append(kind)
                        .append("_temp_path ")
                        .append(folder)
                        .append(kind)
                        .append(";\n");
            }
            if (place.impatient()) {
                around.append("proxy_read_timeout 2s;\nproxy_send_timeout 2s;\n");
            }
            around.append("include ").append(folder).append("site;\n}\n");
            Path main = Files.writeString(place.folder().resolve("main"), around);
            return List.of(binary().toString(), "-p", folder, "-c", main.toString());
        }
    },
    HAPROXY("haproxy", true, "/usr/sbin/haproxy") {
        @Override
        Map<String, String> replaced(Place place) {
            Map<String, String> all = new LinkedHashMap<>();
            all.put("bind :443", "bind 127.0.0.1:" + place.port());
            if (place.impatient()) {
                all.put(" 60s\n", " 2s\n");
            }
            return all;
        }

        @Override
        List<String> command(Place place) throws IOException {
            Path main = Files.writeString(place.folder().resolve("main"), "global\n    maxconn 64\n");
            return List.of(
                    binary().toString(),
                    "-db",
                    "-f",
                    main.toString(),
                    "-f",
                    place.folder().resolve("site").toString());
        }
    },
    APACHE("apache2", true, "/usr/sbin/apache2") {
        @Override
        Map<String, String> replaced(Place place) {
            return Map.of("*:443", "127.0.0.1:" + place.port());
        }

        @Override
        List<String> command(Place place) throws IOException {
            String folder = place.folder() + "/";
            StringBuilder around = new StringBuilder();
            for (String module : List.of("mpm_event", "authz_core", "ssl", "headers", "proxy", "proxy_http", "http2")) {
                around.append("LoadModule ")
                        .append(module)
                        .append("_module /usr/lib/apache2/modules/mod_")
                        .append(module)
                        .append(".so\n");
            }
            around.append("Listen 127.0.0.1:")
                    .append(place.port())
                    .append("\nServerName chat.example\nErrorLog ")
                    .append(folder)
                    .append("log\nPidFile ")
                    .append(folder)
                    .append("pid\nDefaultRuntimeDir ")
                    .append(folder)
                    .append("\nMutex pthread\nStartServers 1\nThreadsPerChild 25\nMaxRequestWorkers 50\n");
            if (place.impatient()) {
                around.append("ProxyTimeout 2\nTimeout 2\n");
            }
            around.append("Include ").append(folder).append("site\n");
            Path main = Files.writeString(place.folder().resolve("main"), around);
            return List.of(binary().toString(), "-D", "FOREGROUND", "-d", folder, "-f", main.toString());
        }
    },
    CADDY("caddy", false, "/usr/bin/caddy") {
        /** The site is named without a port, and so Caddy's own ports are told it. */
        @Override
        Map<String, String> replaced(Place place) {
            return Map.of(
                    "chat.example {",
                    "{\n    admin off\n    auto_https disable_redirects\n    default_bind 127.0.0.1\n    https_port "
                            + place.port() + "\n    servers {\n        protocols h1 h2\n    }\n}\nchat.example {");
        }

        @Override
        List<String> command(Place place) {
            return List.of(
                    binary().toString(),
                    "run",
                    "--adapter",
                    "caddyfile",
                    "--config",
                    place.folder().resolve("site").toString());
        }
    };

    /**
     * Where one runs.
     *
     * @param impatient whether its idle time-outs are 2 s, if it has any
     */
    record Place(Path folder, int port, int serverPort, boolean impatient) {}

    private static final Path PAGE = Path.of("../docs/proxies.md");

    private final String debianPackage;
    private final boolean cutsSilentConnections;
    private final Path binary;

    Proxy(String debianPackage, boolean cutsSilentConnections, String binary) {
        this.debianPackage = debianPackage;
        this.cutsSilentConnections = cutsSilentConnections;
        this.binary = Path.of(binary);
    }

    /** What is to be replaced in the block of the page, beside the places of the certificate and the server's port. */
    abstract Map<String, String> replaced(Place place);

    /** How it is started, in the foreground, when the file {@code site} is in its folder. */
    abstract List<String> command(Place place) throws IOException;

    /** All of them with {@code -Pproxies}, else nginx. */
    static Stream<Proxy> underTest() {
        return isAll() ? Arrays.stream(values()) : Stream.of(NGINX);
    }

    static boolean isAll() {
        return "all".equals(System.getProperty("hawser.test.proxies"));
    }

    Path binary() {
        return binary;
    }

    /** Whether its idle time-out holds for web sockets. */
    boolean cutsSilentConnections() {
        return cutsSilentConnections;
    }

    /** Whether it tells browsers that they may open web sockets over HTTP/2 (RFC 8441). */
    boolean takesConnect() {
        return this == HAPROXY || this == APACHE;
    }

    /** Where it is not installed the test is skipped, or fails with {@code -Dproxies.required=true}. */
    void requireInstalled() {
        if (Files.isExecutable(binary)) {
            return;
        }
        String message = binary + " is not here, so " + this + " was not tested. Install it with: apt-get install "
                + debianPackage;
        if (Boolean.getBoolean("hawser.test.proxies.required")) {
            fail(message);
        }
        abort(message);
    }

    /** The block of the page, for this place. */
    String site(Place place) throws IOException {
        String site = block();
        Map<String, String> all = new LinkedHashMap<>(replaced(place));
        all.put("/etc/ssl/", place.folder() + "/");
        all.put("127.0.0.1:8080", "127.0.0.1:" + place.serverPort());
        for (Map.Entry<String, String> one : all.entrySet()) {
            assertTrue(site.contains(one.getKey()), "docs/proxies.md, " + this + ": no " + one.getKey());
            site = site.replace(one.getKey(), one.getValue());
        }
        return site;
    }

    private String block() throws IOException {
        String language = this == CADDY ? "caddyfile" : name().toLowerCase(java.util.Locale.ROOT);
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertTrue(block.find(), "docs/proxies.md has a block for " + this);
        return block.group(1);
    }
}
