package dev.hawser.osgi.bundle;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Begins an HTTP session, and ends it when asked with {@code ?out}. */
public class Login extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getParameter("out") == null) {
            request.getSession();
        } else {
            request.getSession().invalidate();
        }
        response.getWriter().print("done");
    }
}
