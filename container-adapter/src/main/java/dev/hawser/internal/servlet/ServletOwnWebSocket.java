package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;

/** The own WebSocket implementation of every container except Jetty. */
final class ServletOwnWebSocket implements OwnWebSocket {
    private static final String TOMCATS_FILTER = "org.apache.tomcat.websocket.server.WsFilter";
    private static final String GLASSFISHS_FILTER = "org.glassfish.tyrus.servlet.TyrusServletFilter";

    private final ServletContext context;
    private final ContainerFamily family;

    ServletOwnWebSocket(ServletContext context, ContainerFamily family) {
        this.context = context;
        this.family = family;
    }

    /**
     * Undertow's listener and the filters of the others must be removed, because they cast the ServerContainer to their
     * own.
     */
    @Override
    public boolean removeFilter() {
        return switch (family) {
            case TOMCAT -> CatalinaContext.of(context).removeFilter(TOMCATS_FILTER);
            case GLASSFISH -> CatalinaContext.of(context).removeFilter(GLASSFISHS_FILTER);
            case UNDERTOW, WILDFLY -> UndertowContext.keepOwnFilterOut(context);
            case JETTY, LIBERTY, UNKNOWN -> false;
        };
    }

    /**
     * GlassFish calls initializers in any order. That of its Tyrus does nothing if there is a ServerContainer, or if
     * there are no classes for it.
     */
    @Override
    public boolean follows(boolean findsClasses) {
        return family == ContainerFamily.GLASSFISH && findsClasses;
    }

    /** True, because none is installed so far; {@code HawserListener} handles one that is installed later. */
    @Override
    public boolean disable() {
        return true;
    }
}
