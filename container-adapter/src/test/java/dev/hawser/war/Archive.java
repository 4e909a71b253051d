package dev.hawser.war;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A jar or WAR in the making. */
final class Archive {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);
    private final Set<String> names = new HashSet<>();

    Archive file(String name, byte[] content) throws IOException {
        if (names.add(name)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
            zip.closeEntry();
        }
        return this;
    }

    Archive file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** A class into WEB-INF/classes. */
    Archive webClass(Class<?> type) throws IOException {
        String name = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
            return file("WEB-INF/classes/" + name, in.readAllBytes());
        }
    }

    /** Everything that is in the folder or jar a class was loaded from, but for manifests and module descriptors. */
    Archive allFrom(Class<?> type) throws IOException {
        Path source = sourceOf(type);
        if (Files.isDirectory(source)) {
            return tree(source);
        }
        try (FileSystem jar = FileSystems.newFileSystem(source)) {
            return tree(jar.getPath("/"));
        }
    }

    private Archive tree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Iterator<Path> files =
                            all.filter(Files::isRegularFile).sorted().iterator();
                    files.hasNext(); ) {
                Path file = files.next();
                String name = root.relativize(file).toString().replace('\\', '/');
                if (!name.equals("META-INF/MANIFEST.MF") && !name.endsWith("module-info.class")) {
                    file(name, Files.readAllBytes(file));
                }
            }
        }
        return this;
    }

    byte[] build() throws IOException {
        zip.close();
        return bytes.toByteArray();
    }

    static Path sourceOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
