package dev.hawser.benchmarks.contestant;

import io.undertow.Undertow;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import io.undertow.websockets.jsr.WebSocketDeploymentInfo;
import java.net.InetSocketAddress;
import org.xnio.OptionMap;
import org.xnio.Xnio;

/** Undertow 2.3 with its own Jakarta WebSocket. */
public final class UndertowOwn implements Server {
    @Override
    public int start() throws Exception {
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

    static int start(DeploymentInfo deployment) throws Exception {
        DeploymentManager manager = Servlets.defaultContainer().addDeployment(deployment);
        manager.deploy();
        Undertow undertow = undertow(manager);
        undertow.start();
        return portOf(undertow);
    }

    /** An Undertow on a free port, to be started. */
    static Undertow undertow(DeploymentManager deployed) throws Exception {
        return Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(deployed.start())
                .build();
    }

    static int portOf(Undertow started) {
        return ((InetSocketAddress) started.getListenerInfo().get(0).getAddress()).getPort();
    }
}
