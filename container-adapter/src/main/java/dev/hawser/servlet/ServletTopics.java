package dev.hawser.servlet;

import dev.hawser.topic.Topics;
import jakarta.servlet.ServletContext;
import jakarta.websocket.WebSocketContainer;

/**
 * The {@link Topics} of a web application, for its servlets, resources and jobs.
 *
 * <pre>{@code
 * protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
 *     String text = request.getReader().readLine();
 *     ServletTopics.of(getServletContext()).publish("news", text);
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public final class ServletTopics {
    private static final String CONTAINER = "jakarta.websocket.server.ServerContainer";

    private ServletTopics() {}

    /**
     * The topics of the application. Thread-safe.
     *
     * @throws IllegalStateException if Hawser does not serve the application, because it has not started, has stopped,
     *     or another implementation serves it
     */
    public static Topics of(ServletContext context) {
        Object container = context.getAttribute(CONTAINER);
        if (container instanceof WebSocketContainer present) {
            try {
                return Topics.of(present);
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("Hawser does not serve this application: " + e.getMessage(), e);
            }
        }
        throw new IllegalStateException("Hawser does not serve this application: the attribute " + CONTAINER + " is "
                + (container == null ? "not set" : container.getClass().getTypeName()));
    }
}
