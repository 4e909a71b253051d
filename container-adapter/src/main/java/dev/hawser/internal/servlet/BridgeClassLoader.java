package dev.hawser.internal.servlet;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Defines a package of Hawser again, against the server's own classes: {@code dev.hawser.internal.jetty} against those
 * of Jetty, or {@code dev.hawser.internal.undertow} against those of Undertow. A web application's class loader hides
 * these from a jar in {@code WEB-INF/lib}, or has another copy of them. All other classes, including those that both
 * sides share, come from the loader of this class.
 */
final class BridgeClassLoader extends ClassLoader {
    private final ClassLoader application;
    private final ClassLoader server;
    private final String bridged;
    private final List<String> ofServer;

    /**
     * @param bridged begins the names of the classes that are defined again
     * @param ofServer begin the names of the server's classes
     */
    BridgeClassLoader(ClassLoader application, ClassLoader server, String bridged, String... ofServer) {
        super("hawser-bridge", application);
        this.application = application;
        this.server = server;
        this.bridged = bridged;
        this.ofServer = List.of(ofServer);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (ofServer.stream().anyMatch(name::startsWith)) {
            return server.loadClass(name);
        }
        if (!name.startsWith(bridged)) {
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
