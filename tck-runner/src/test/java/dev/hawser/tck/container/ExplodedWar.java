package dev.hawser.tck.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;

/**
 * Writes a ShrinkWrap archive to a directory, as a container would after unpacking the WAR.
 *
 * <p>By way of a zip, because ShrinkWrap's own exploded form turns each jar in {@code WEB-INF/lib} into a directory,
 * which containers do not look into.
 */
final class ExplodedWar {

    private ExplodedWar() {}

    /** Writes the archive, with the jars of the placement added. @throws IOException if that is not possible */
    static Path write(Archive<?> archive, Placement placement) throws IOException {
        String base = System.getProperty("hawser.suite.deployments");
        Path parent = base == null ? Files.createTempDirectory("deployments") : Files.createDirectories(Path.of(base));
        Path directory = Files.createTempDirectory(parent, archive.getName() + "-");
        try (InputStream zip = archive.as(ZipExporter.class).exportAsInputStream();
                ZipInputStream in = new ZipInputStream(zip)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(in, target);
                }
            }
        }
        Path lib = Files.createDirectories(directory.resolve("WEB-INF/lib"));
        for (Path jar : placement.jarsForEachApplication()) {
            Files.copy(jar, lib.resolve(jar.getFileName()));
        }
        return directory;
    }
}
