package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;

/** The servlet containers that Hawser must distinguish. TomEE counts as Tomcat. */
enum ContainerFamily {
    JETTY,
    TOMCAT,
    /**
     * GlassFish and Payara, which descend from Tomcat, so that their classes for web applications have the same names.
     */
    GLASSFISH,
    UNDERTOW,
    /** WildFly and JBoss EAP: Undertow, which the server configures. */
    WILDFLY,
    LIBERTY,
    UNKNOWN;

    /** A class that {@link TomcatConnection} needs, and that GlassFish does not have. */
    private static final String TOMCATS_STREAM = "/org/apache/coyote/http11/upgrade/UpgradeServletOutputStream.class";

    static ContainerFamily of(ServletContext context) {
        Class<?> type = context.getClass();
        String name = type.getName();
        if (name.startsWith("org.apache.catalina.")) {
            return type.getResource(TOMCATS_STREAM) == null ? GLASSFISH : TOMCAT;
        }
        if (name.startsWith("io.undertow.")) {
            return type.getClassLoader().getClass().getName().startsWith("org.jboss.modules.") ? WILDFLY : UNDERTOW;
        }
        if (name.startsWith("org.eclipse.jetty.")) {
            return JETTY;
        }
        return name.startsWith("com.ibm.ws.") || name.startsWith("io.openliberty.") ? LIBERTY : UNKNOWN;
    }

    boolean isUndertow() {
        return this == UNDERTOW || this == WILDFLY;
    }

    /** How to switch off the container's own WebSocket implementation, as part of a sentence. */
    String remedy() {
        return switch (this) {
            case JETTY ->
                "on Jetty, switch its own off with the context parameter"
                        + " org.eclipse.jetty.websocket.jakarta=false";
            case TOMCAT ->
                "on Tomcat, keep its own from starting with the line"
                        + " <Context containerSciFilter=\"org\\.apache\\.tomcat\\.websocket\\.server\\.WsSci\"/> as"
                        + " META-INF/context.xml";
            case UNDERTOW ->
                "on Undertow, leave the attribute io.undertow.websockets.jsr.WebSocketDeploymentInfo out of"
                        + " the DeploymentInfo";
            case WILDFLY ->
                "on WildFly, take <websockets/> out of the servlet-container of the undertow subsystem"
                        + " (/subsystem=undertow/servlet-container=default/setting=websockets:remove)";
            case GLASSFISH ->
                "on GlassFish and Payara, which have no switch for their own, leave the choice to"
                        + " dev.hawser.onConflict=replace";
            case LIBERTY ->
                "on Open Liberty, let its own serve: its feature is websocket-2.1, or 2.2 with Jakarta EE 11";
            case UNKNOWN -> "switch the server's own off, if it lets you";
        };
    }
}
