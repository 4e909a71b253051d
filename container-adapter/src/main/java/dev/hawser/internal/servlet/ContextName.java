package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;

/** The name of an application in logs and thread names: its context path, or "/" for the root. */
public final class ContextName {
    private ContextName() {}

    public static String of(ServletContext context) {
        String path = context.getContextPath();
        return path.isEmpty() ? "/" : path;
    }
}
