package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Warns if an endpoint class is in a jar of {@code WEB-INF/lib} that the container has not scanned; otherwise its path
 * would answer 404 without any message. The jars are read once, at the first handshake that no endpoint answers,
 * because most applications need not pay for it at each start.
 */
final class UnscannedJars {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");
    private static final String FOLDER = "/WEB-INF/lib/";

    /** The annotation's descriptor as a constant of a class file: tag, length, bytes (JVMS 4.4.7). */
    private static final String ANNOTATION = "\1\0\51Ljakarta/websocket/server/ServerEndpoint;";

    private final ServletContext context;
    private final Predicate<Class<?>> isKnown;
    private final AtomicBoolean looked = new AtomicBoolean();

    /** @param isKnown whether the container has found a class, or the application has added it */
    UnscannedJars(ServletContext context, Predicate<Class<?>> isKnown) {
        this.context = context;
        this.isKnown = isKnown;
    }

    /** Reads the jars at the first call. Thread-safe. */
    void lookOnce() {
        if (!looked.get() && !looked.getAndSet(true)) {
            try {
                look();
            } catch (RuntimeException e) { // the answer to the handshake does not depend on the warning
                LOG.log(Level.DEBUG, "The jars of the application could not be searched for endpoint classes", e);
            }
        }
    }

    private void look() {
        List<String> found = new ArrayList<>();
        Set<String> files = context.getResourcePaths(FOLDER);
        for (String file : files == null ? Set.<String>of() : files) {
            if (file.endsWith(".jar")) {
                addEndpointsOf(file, found);
            }
        }
        if (!found.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "The container has not scanned jars of {0} that hold endpoint classes, so they answer 404: {1}."
                            + " Remedy: have it scan them (an <absolute-ordering> in web.xml names them or has"
                            + " <others/>; jarsToSkip of Tomcat leaves them out), or add the classes with"
                            + " ServerContainer.addEndpoint",
                    ContextName.of(context),
                    String.join(", ", found));
        }
    }

    private void addEndpointsOf(String jar, List<String> found) {
        try (InputStream in = context.getResourceAsStream(jar);
                ZipInputStream zip = new ZipInputStream(in == null ? InputStream.nullInputStream() : in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String file = entry.getName();
                if (file.endsWith(".class") && isAnnotated(zip.readAllBytes()) && isUnknownEndpoint(file)) {
                    found.add(className(file) + " in " + jar.substring(FOLDER.length()));
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, () -> "Could not be searched for endpoint classes: " + jar, e);
        }
    }

    private static String className(String file) {
        return file.substring(0, file.length() - ".class".length()).replace('/', '.');
    }

    private static boolean isAnnotated(byte[] classFile) {
        return new String(classFile, StandardCharsets.ISO_8859_1).contains(ANNOTATION); // has one char for each byte
    }

    /**
     * Whether a class file is an endpoint that is not known. A file below META-INF/versions is not, because no class
     * has that name.
     */
    private boolean isUnknownEndpoint(String file) {
        try {
            Class<?> type = Class.forName(className(file), false, context.getClassLoader());
            return type.isAnnotationPresent(ServerEndpoint.class) && !isKnown.test(type);
        } catch (ClassNotFoundException | LinkageError | RuntimeException e) { // go on with the other classes
            LOG.log(Level.DEBUG, () -> "Could not be loaded, to see whether it is an endpoint: " + file, e);
            return false;
        }
    }
}
