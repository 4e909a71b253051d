package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.client.ClientProperties;
import dev.hawser.client.ConnectFailedException;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Zones of IPv6 addresses (RFC 6874), on the loopback interface of a machine that has IPv6. */
class ZoneIdTest {
    private final EndpointClientContainer container = new EndpointClientContainer();
    private String loopbackInterface;

    @BeforeEach
    void thereIsIpv6() throws Exception {
        NetworkInterface found = NetworkInterface.getByInetAddress(loopback());
        assumeTrue(found != null && found.getName().matches("[A-Za-z0-9._]+"), "no IPv6 on this machine");
        loopbackInterface = found.getName();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    /** The second form is what people copy from {@code ip address}; RFC 6874 section 3 allows to take it. */
    @ParameterizedTest
    @ValueSource(strings = {"%25", "%"})
    void aZoneChoosesTheInterfaceAndNeverGoesIntoHost(String delimiter) throws Exception {
        try (ScriptedServer server = new ScriptedServer(onLoopback(), ScriptedServer.Peer::echoWebSocket)) {
            Session session = connect(delimiter + loopbackInterface, server.port());
            assertTrue(session.isOpen());
            assertEquals("[::1]:" + server.port(), ScriptedServer.field(server.nextHead(), "Host"));
        }
    }

    @Test
    void aZoneThatDoesNotExistFailsTheConnect() throws Exception {
        try (ScriptedServer server = new ScriptedServer(onLoopback(), ScriptedServer.Peer::echoWebSocket)) {
            ConnectFailedException failed =
                    assertThrows(ConnectFailedException.class, () -> connect("%25nosuch0", server.port()));
            assertTrue(String.valueOf(failed.getMessage()).contains("no such interface nosuch0"), failed.getMessage());
            assertTrue(server.heads.isEmpty());
        }
    }

    @Test
    void aZoneOfAProxyChoosesTheInterfaceToo() throws Exception {
        try (ScriptedServer end = new ScriptedServer(onLoopback(), ScriptedServer.Peer::echoWebSocket);
                ScriptedServer proxy = new ScriptedServer(onLoopback(), peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\n\r\n");
                    peer.tunnelTo(loopback(), end.port());
                })) {
            container
                    .getProperties()
                    .put(ClientProperties.PROXY, "http://[::1%25" + loopbackInterface + "]:" + proxy.port());
            assertTrue(connect("%25" + loopbackInterface, end.port()).isOpen());
            String connect = proxy.nextHead();
            assertTrue(connect.startsWith("CONNECT [::1]:" + end.port() + " HTTP/1.1\r\n"), connect);
            assertFalse(connect.contains("%"), connect);
        }
    }

    @Test
    void aZoneNeverGoesIntoTls() throws Exception {
        TestCertificates certificates = TestCertificates.forIpv6Loopback();
        try (ScriptedServer server = new ScriptedServer(
                certificates.server().getServerSocketFactory().createServerSocket(0, 50, loopback()),
                ScriptedServer.Peer::echoWebSocket)) {
            container.getProperties().put(ClientProperties.SSL_CONTEXT, certificates.client());
            URI uri = URI.create("wss://[::1%25" + loopbackInterface + "]:" + server.port() + "/");
            assertTrue(container
                    .connectToServer(
                            new RecordingEndpoint(),
                            ClientEndpointConfig.Builder.create().build(),
                            uri)
                    .isOpen());
        }
    }

    @Test
    void addressesOfTwoZonesAreTwoOrigins() throws Exception {
        Target one = Target.of(URI.create("ws://[fe80::1%25one]/"));
        assertFalse(one.sameOrigin(Target.of(URI.create("ws://[fe80::1%25two]/"))));
        assertTrue(one.sameOrigin(Target.of(URI.create("ws://[FE80::1%25one]:80/x"))));
    }

    @ParameterizedTest
    @CsvSource({"ws://[fe80::1%25eth0]/, eth0", "ws://[fe80::1%eth0]/, eth0", "ws://[fe80::1%25]/, 25"})
    void whatFollowsTheDelimiterIsTheZone(String uri, String zone) throws Exception {
        HostPort server = Target.of(URI.create(uri)).server();
        assertEquals("fe80::1", server.host());
        assertEquals(zone, server.zone());
    }

    private static InetAddress loopback() throws UnknownHostException {
        byte[] address = new byte[16];
        address[15] = 1;
        return InetAddress.getByAddress(address);
    }

    private static ServerSocket onLoopback() throws Exception {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(loopback(), 0));
        return socket;
    }

    private Session connect(String zone, int port) throws Exception {
        return container.connectToServer(
                new RecordingEndpoint(),
                ClientEndpointConfig.Builder.create().build(),
                URI.create("ws://[::1" + zone + "]:" + port + "/"));
    }
}
