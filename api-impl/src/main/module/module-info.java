/**
 * The engine and the client, without the servlet adapters and the server API. The jar with everything is the module
 * {@code dev.hawser.websocket}.
 */
module dev.hawser.core {
    requires transitive jakarta.websocket.client;
    requires static transitive jakarta.websocket;
    requires static java.management;
    requires static jdk.jfr;
    requires static org.jspecify;
    requires tls.channel;

    exports dev.hawser;
    exports dev.hawser.backplane;
    exports dev.hawser.client;
    exports dev.hawser.extension;
    exports dev.hawser.topic;

    uses dev.hawser.extension.NegotiableExtension;

    provides jakarta.websocket.ContainerProvider with
            dev.hawser.client.ClientContainerProvider;
}
