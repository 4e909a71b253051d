package dev.hawser.benchmarks.contestant;

import dev.hawser.benchmarks.tls.Certificate;
import io.undertow.Undertow;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import io.undertow.websockets.jsr.WebSocketDeploymentInfo;
import java.net.InetSocketAddress;
import java.util.List;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.Xnio;

/** Undertow 2.3 with its own Jakarta WebSocket. */
public final class UndertowOwn implements Server {
    @Override
    public Ports start() throws Exception {
        WebSocketDeploymentInfo webSockets = new WebSocketDeploymentInfo()
                .setBuffers(new DefaultByteBufferPool(true, 16 * 1024))
                .setWorker(Xnio.getInstance().createWorker(OptionMap.EMPTY))
                .addExtension(new PerMessageDeflateHandshake());
        Endpoints.served().forEach(webSockets::addEndpoint);
        return start(deployment().addServletContextAttribute(WebSocketDeploymentInfo.ATTRIBUTE_NAME, webSockets));
    }

    static DeploymentInfo deployment() {
        return Servlets.deployment()
                .setClassLoader(UndertowOwn.class.getClassLoader())
                .setContextPath("/")
                .setDeploymentName("benchmark");
    }

    static Ports start(DeploymentInfo deployment) throws Exception {
        DeploymentManager manager = Servlets.defaultContainer().addDeployment(deployment);
        manager.deploy();
        Undertow undertow = undertow(manager);
        undertow.start();
        return portsOf(undertow);
    }

    /** An Undertow on a free port, to be started. */
    static Undertow undertow(DeploymentManager deployed) throws Exception {
        Undertow.Builder builder =
                Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(deployed.start());
        Certificate certificate = Certificate.ofContestant();
        if (certificate != null) {
            builder.addHttpsListener(0, "127.0.0.1", certificate.serverContext())
                    .setSocketOption(Options.SSL_ENABLED_PROTOCOLS, Sequence.of(Certificate.PROTOCOL));
        }
        return builder.build();
    }

    static Ports portsOf(Undertow started) {
        List<Undertow.ListenerInfo> listeners = started.getListenerInfo();
        return new Ports(port(listeners.get(0)), listeners.size() > 1 ? port(listeners.get(1)) : 0);
    }

    private static int port(Undertow.ListenerInfo listener) {
        return ((InetSocketAddress) listener.getAddress()).getPort();
    }
}
