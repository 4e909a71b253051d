package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;

/** What an application is called in logs and in the names of its threads: its context path, or "/" for the root. */
public final class ContextName {
    private ContextName() {}

    public static String of(ServletContext context) {
        String path = context.getContextPath();
        return path.isEmpty() ? "/" : path;
    }
}
