package dev.hawser.internal.servlet;

import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.ServletContext;
import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Finds endpoints in {@code WEB-INF/classes} if the container does not scan. A class file that contains one of three
 * names is loaded, without initialization, and checked; others are not loaded. A subclass of the application's own base
 * class is found only if its class file has one of the names.
 */
public final class ClassFileScan {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");
    private static final String ROOT = "/WEB-INF/classes/";

    /**
     * The names in the form of a class file's constant pool (JVMS 4.4.7); the first is part of the annotation's
     * descriptor.
     */
    private static final String[] NAMES = {
        "jakarta/websocket/server/ServerEndpoint",
        "jakarta/websocket/server/ServerApplicationConfig",
        "jakarta/websocket/Endpoint"
    };

    private final ServletContext context;
    private final Set<Class<?>> found = new LinkedHashSet<>();

    private ClassFileScan(ServletContext context) {
        this.context = context;
    }

    /** The classes of {@code WEB-INF/classes} that a container would pass to {@link HawserInitializer}. */
    public static Set<Class<?>> endpointsOf(ServletContext context) {
        ClassFileScan scan = new ClassFileScan(context);
        scan.folder(ROOT);
        return scan.found;
    }

    private void folder(String path) {
        Set<String> entries = context.getResourcePaths(path);
        if (entries == null) {
            return;
        }
        for (String entry : entries) {
            if (entry.endsWith("/")) {
                folder(entry);
            } else if (entry.endsWith(".class")) {
                file(entry);
            }
        }
    }

    private void file(String path) {
        try (InputStream in = context.getResourceAsStream(path)) {
            if (in != null && names(in.readAllBytes())) {
                String name = path.substring(ROOT.length(), path.length() - ".class".length())
                        .replace('/', '.');
                Class<?> type = Class.forName(name, false, context.getClassLoader());
                if (isEndpoint(type)) {
                    found.add(type);
                }
            }
        } catch (IOException | ClassNotFoundException | LinkageError e) {
            LOG.log(Level.DEBUG, () -> "Could not be searched for endpoint classes: " + path, e);
        }
    }

    private static boolean names(byte[] classFile) {
        // ISO 8859-1 has one char for each byte, so this searches the bytes.
        String text = new String(classFile, StandardCharsets.ISO_8859_1);
        for (String name : NAMES) {
            if (text.contains(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEndpoint(Class<?> type) {
        return type.isAnnotationPresent(ServerEndpoint.class)
                || Endpoint.class.isAssignableFrom(type)
                || ServerApplicationConfig.class.isAssignableFrom(type);
    }
}
