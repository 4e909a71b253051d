package dev.hawser.osgi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/** Apache Felix in this JVM, with its HTTP service on a free loopback port, Hawser, and a bundle of the tests. */
final class Felix implements AutoCloseable {
    private static final long SOON = TimeUnit.SECONDS.toNanos(60);

    private final Framework framework;
    private final Path folder;
    private Bundle user;

    private Felix(Framework framework, Path folder) {
        this.framework = framework;
        this.folder = folder;
    }

    /** @param folder for the framework's files */
    static Felix start(Path folder) throws BundleException, IOException {
        Framework framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.resolve("cache").toString(),
                        "org.apache.felix.http.host",
                        "127.0.0.1",
                        "org.osgi.service.http.port",
                        "0",
                        "felix.log.level",
                        "1"));
        framework.start();
        Felix felix = new Felix(framework, folder);
        List<Bundle> installed = new ArrayList<>();
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("hawser.osgi.bundles")))) {
            for (Path jar : jars.sorted().toList()) {
                installed.add(
                        framework.getBundleContext().installBundle(jar.toUri().toString()));
            }
        }
        for (Bundle bundle : installed) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
        felix.user = framework
                .getBundleContext()
                .installBundle(felix.userBundle().toUri().toString());
        felix.user.start();
        return felix;
    }

    /** The bundle of the tests' classes; what it imports is what its classes name. */
    private Path userBundle() throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, "user");
        headers.putValue(Constants.BUNDLE_ACTIVATOR, "dev.hawser.osgi.bundle.Activator");
        headers.putValue(
                Constants.IMPORT_PACKAGE,
                "org.osgi.framework,jakarta.servlet,jakarta.servlet.http,jakarta.websocket,jakarta.websocket.server,"
                        + "dev.hawser,dev.hawser.servlet");
        Path jar = folder.resolve("user.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (String name : List.of("Activator", "Asking", "Asking$Answers", "Echo", "Login", "Room")) {
                String path = "dev/hawser/osgi/bundle/" + name + ".class";
                out.putNextEntry(new JarEntry(path));
                try (InputStream bytes = Felix.class.getClassLoader().getResourceAsStream(path)) {
                    bytes.transferTo(out);
                }
            }
        }
        return jar;
    }

    Bundle user() {
        return user;
    }

    Bundle bundle(String name) {
        return Stream.of(framework.getBundleContext().getBundles())
                .filter(each -> name.equals(each.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    /** Where the HTTP service listens, as {@code http://127.0.0.1:PORT/}. */
    String http() {
        return await("HTTP service", () -> {
            ServiceReference<?> runtime = framework
                    .getBundleContext()
                    .getServiceReference("org.osgi.service.servlet.runtime.HttpServiceRuntime");
            Object endpoints = runtime == null ? null : runtime.getProperty("osgi.http.endpoint");
            return endpoints instanceof String[] all && all.length > 0 ? all[0] : null;
        });
    }

    /** A service of the registry. */
    <T> T service(Class<T> type) {
        return await(type.getName(), () -> {
            ServiceReference<T> found = framework.getBundleContext().getServiceReference(type);
            return found == null ? null : framework.getBundleContext().getService(found);
        });
    }

    static <T> T await(String what, Supplier<T> found) {
        long deadline = System.nanoTime() + SOON;
        for (T one = found.get(); ; one = found.get()) {
            if (one != null) {
                return one;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(TimeUnit.NANOSECONDS.toMillis(SOON));
    }
}
