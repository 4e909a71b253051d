package dev.hawser.tck.app;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Answers the next event of the topic in the query; 404 if none comes. */
@WebServlet("/journal")
public final class JournalServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    /** Created by the container. */
    public JournalServlet() {}

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        @Nullable String event = null;
        try {
            event = Journal.take(request.getParameter("topic"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        response.setContentType("text/plain;charset=UTF-8");
        if (event == null) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
        } else {
            response.getWriter().write(event);
        }
    }
}
