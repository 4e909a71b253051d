/**
 * Hawser, server and client. Packages that are not exported are not for applications. {@code HawserInitializer} is not
 * provided as a service, since every client would then need the Servlet API; a program that embeds a server adds it
 * itself.
 */
module dev.hawser.websocket {
    requires transitive jakarta.websocket;
    requires transitive jakarta.websocket.client;
    requires static transitive jakarta.servlet;
    requires static org.eclipse.jetty.http;
    requires static org.eclipse.jetty.io;
    requires static org.eclipse.jetty.server;
    requires static org.eclipse.jetty.util;
    requires static org.apache.tomcat.embed.core;
    requires static undertow.core;
    requires static undertow.servlet;
    requires static xnio.api;
    requires static java.management;
    requires static jdk.jfr;
    requires static org.jspecify;
    requires static java.logging;

    exports dev.hawser;
    exports dev.hawser.backplane;
    exports dev.hawser.client;
    exports dev.hawser.extension;
    exports dev.hawser.servlet;
    exports dev.hawser.topic;

    uses dev.hawser.extension.NegotiableExtension;

    provides jakarta.websocket.ContainerProvider with
            dev.hawser.client.ClientContainerProvider;
    provides jakarta.websocket.server.ServerEndpointConfig.Configurator with
            dev.hawser.internal.server.DefaultServerConfigurator;
}
