package dev.hawser.tck.container.undertow;

import jakarta.servlet.annotation.HandlesTypes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.stream.Stream;

/** The classes of an unpacked WAR: {@code WEB-INF/classes}, then the jars of {@code WEB-INF/lib}. */
final class WarClasses implements AutoCloseable {
    private final ChildFirst loader;
    private final List<Class<?>> all = new ArrayList<>();

    WarClasses(Path explodedWar) throws IOException {
        Path classes = explodedWar.resolve("WEB-INF/classes");
        List<Path> jars = jarsOf(explodedWar.resolve("WEB-INF/lib"));
        List<URL> urls = new ArrayList<>();
        urls.add(Files.createDirectories(classes).toUri().toURL());
        List<String> names = new ArrayList<>(namesIn(classes));
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
            names.addAll(namesInJar(jar));
        }
        loader = new ChildFirst(urls.toArray(URL[]::new), WarClasses.class.getClassLoader());
        for (String name : names) {
            load(name);
        }
    }

    private static List<Path> jarsOf(Path lib) throws IOException {
        if (!Files.isDirectory(lib)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private static List<String> namesIn(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(".class"))
                    .toList();
        }
    }

    private static List<String> namesInJar(Path jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (JarInputStream entries = new JarInputStream(Files.newInputStream(jar))) {
            for (JarEntry entry = entries.getNextJarEntry(); entry != null; entry = entries.getNextJarEntry()) {
                if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/")) {
                    names.add(entry.getName());
                }
            }
        }
        return names;
    }

    /** A class that lacks one it refers to is passed over, as containers do. */
    private void load(String file) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        if (name.equals("module-info") || name.endsWith("package-info")) {
            return;
        }
        try {
            all.add(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            System.getLogger(WarClasses.class.getName()).log(System.Logger.Level.DEBUG, "Not scanned: " + name, e);
        }
    }

    ClassLoader loader() {
        return loader;
    }

    List<Class<?>> all() {
        return all;
    }

    /** What an initializer asks for with {@link HandlesTypes}, the types named there left out (Servlet 6.0, 8.2.4). */
    Set<Class<?>> handledBy(Class<?> initializer) {
        HandlesTypes handles = initializer.getAnnotation(HandlesTypes.class);
        Set<Class<?>> handled = new LinkedHashSet<>();
        if (handles != null) {
            for (Class<?> type : all) {
                if (Arrays.stream(handles.value()).anyMatch(wanted -> isKindOf(type, wanted))) {
                    handled.add(type);
                }
            }
        }
        return handled;
    }

    private static boolean isKindOf(Class<?> type, Class<?> wanted) {
        return wanted.isAnnotation()
                ? type.isAnnotationPresent(wanted.asSubclass(Annotation.class))
                : wanted.isAssignableFrom(type) && wanted != type;
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    /** The WAR's own classes first (Servlet 6.0, 10.7.2), but for those of the JDK and of Jakarta EE. */
    private static final class ChildFirst extends URLClassLoader {
        ChildFirst(URL[] urls, ClassLoader parent) {
            super("war", urls, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                if (!name.startsWith("java.") && !name.startsWith("jakarta.")) {
                    try {
                        return findClass(name);
                    } catch (ClassNotFoundException e) {
                        return super.loadClass(name, resolve);
                    }
                }
                return super.loadClass(name, resolve);
            }
        }

        @Override
        public URL getResource(String name) {
            URL own = findResource(name);
            return own == null ? super.getResource(name) : own;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            Set<String> seen = new LinkedHashSet<>();
            List<URL> found = new ArrayList<>();
            for (Enumeration<URL> urls : List.of(findResources(name), getParent().getResources(name))) {
                for (URL url : Collections.list(urls)) {
                    if (seen.add(url.toString())) {
                        found.add(url);
                    }
                }
            }
            return Collections.enumeration(found);
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            try {
                URL url = getResource(name);
                return url == null ? null : url.openStream();
            } catch (IOException e) {
                return null;
            }
        }
    }
}
