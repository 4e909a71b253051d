package dev.hawser.war;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The classes and jars of a WAR, for a server that knows no WARs: the server's classes come first. */
final class BareWarClasses extends URLClassLoader {
    private final Path folder;

    private BareWarClasses(Path folder, URL[] urls) {
        super("war", urls, BareWarClasses.class.getClassLoader());
        this.folder = folder;
    }

    /** Unpacks the WAR. */
    static BareWarClasses of(Path war) throws IOException {
        Path folder = Files.createTempDirectory("hawser-war");
        Path classes = Files.createDirectories(folder.resolve("WEB-INF/classes"));
        Path lib = Files.createDirectories(folder.resolve("WEB-INF/lib"));
        try (FileSystem zip = FileSystems.newFileSystem(war);
                Stream<Path> all = Files.walk(zip.getPath("/WEB-INF"))) {
            for (Iterator<Path> files = all.filter(Files::isRegularFile).iterator(); files.hasNext(); ) {
                Path file = files.next();
                Path target = folder.resolve(file.toString().substring(1));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        List<URL> urls = new ArrayList<>();
        urls.add(classes.toUri().toURL());
        try (Stream<Path> jars = Files.list(lib)) {
            for (Path jar : jars.toList()) {
                urls.add(jar.toUri().toURL());
            }
        }
        return new BareWarClasses(folder, urls.toArray(URL[]::new));
    }

    /** The classes of WEB-INF/classes. */
    List<Class<?>> webClasses() throws IOException, ClassNotFoundException {
        Path root = folder.resolve("WEB-INF/classes");
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString().replace('/', '.');
                if (name.endsWith(".class")) {
                    found.add(Class.forName(name.substring(0, name.length() - ".class".length()), false, this));
                }
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        super.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
