package dev.hawser.internal.servlet;

import java.io.IOException;
import java.io.InputStream;

/**
 * Defines {@code dev.hawser.internal.jetty} again, against the server's own Jetty classes. A web application's class
 * loader hides these from a jar in {@code WEB-INF/lib}, or has another copy of them. All other classes, including those
 * that both sides share, come from the loader of this class.
 */
final class BridgeClassLoader extends ClassLoader {
    private static final String SERVER_CLASSES = "org.eclipse.jetty.";
    private static final String BRIDGED_CLASSES = "dev.hawser.internal.jetty.";

    private final ClassLoader application;
    private final ClassLoader server;

    BridgeClassLoader(ClassLoader application, ClassLoader server) {
        super("hawser-bridge", application);
        this.application = application;
        this.server = server;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(SERVER_CLASSES)) {
            return server.loadClass(name);
        }
        if (!name.startsWith(BRIDGED_CLASSES)) {
            return application.loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        try (InputStream file = application.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name + " is not in the jar of " + BridgeClassLoader.class.getName());
            }
            byte[] bytes = file.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length, BridgeClassLoader.class.getProtectionDomain());
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
