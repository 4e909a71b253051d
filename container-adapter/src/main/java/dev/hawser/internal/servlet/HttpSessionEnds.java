package dev.hawser.internal.servlet;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;

/**
 * Tells the web sockets of an application that the HTTP session of their handshake has ended, or has another id. It has
 * no fields, so a container may keep it over a restart of the application.
 */
public final class HttpSessionEnds implements HttpSessionListener, HttpSessionIdListener {
    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        HttpSession session = event.getSession();
        Deployment deployment = Deployment.of(session.getServletContext());
        // An application that stops also ends its HTTP sessions, but its web sockets are closed because of the stop.
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
