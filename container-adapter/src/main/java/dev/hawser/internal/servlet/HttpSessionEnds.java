package dev.hawser.internal.servlet;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;

/**
 * Tells the web sockets of an application that the HTTP session of their handshake has ended, or has another id. It
 * holds nothing, so that a container that keeps it over a restart of the application does no harm.
 */
final class HttpSessionEnds implements HttpSessionListener, HttpSessionIdListener {
    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        HttpSession session = event.getSession();
        Deployment deployment = Deployment.of(session.getServletContext());
        // An application that stops ends its HTTP sessions, too, but its web sockets are told that it stops.
        if (deployment != null && !deployment.runtime().isClosing()) {
            deployment.runtime().registry().httpSessions().ended(session.getId());
        }
    }

    @Override
    public void sessionIdChanged(HttpSessionEvent event, String oldSessionId) {
        HttpSession session = event.getSession();
        Deployment deployment = Deployment.of(session.getServletContext());
        if (deployment != null) {
            deployment.runtime().registry().httpSessions().idChanged(oldSessionId, session.getId());
        }
    }
}
