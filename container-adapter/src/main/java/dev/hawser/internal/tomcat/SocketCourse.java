package dev.hawser.internal.tomcat;

import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;

/** What becomes of Tomcat's calls for an upgraded socket. They never overlap, except {@link #destroyed}. */
interface SocketCourse {
    /** Called at once after the upgrade, and then for what Tomcat sees. */
    SocketState on(SocketEvent event);

    /** Tomcat has closed the connection, or is about to. */
    void destroyed();
}
