package dev.hawser.tck.official;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Finds the official TCK and unpacks its classes into one directory, which Failsafe then scans.
 *
 * <p>There are two inputs. The bundle of the Eclipse Foundation has the jars in {@code websocket-tck/artifacts}. The
 * local Maven repository has the test jar if the bundle's install script was run. The test jar cannot be an ordinary
 * Maven dependency: no public repository has it, and Maven would print a page of resolution errors instead of one line
 * that helps.
 */
public final class TckInput {

    private final String version;
    private final Path repository;

    /**
     * An input for one version of the TCK.
     *
     * @param repository the local Maven repository
     */
    public TckInput(String version, Path repository) {
        this.version = version;
        this.repository = repository;
    }

    /** The message if there is no TCK. */
    public String whereToGetIt() {
        return "The official TCK is absent: get"
                + " https://download.eclipse.org/jakartaee/websocket/2.2/jakarta-websocket-tck-"
                + version
                + ".zip from the Eclipse Foundation and pass it as -Dtck.bundle=FILE, or install it once with the"
                + " artifact-install.sh inside it.";
    }

    /**
     * Unpacks the TCK's classes.
     *
     * @param bundle the zip file as published, or an empty text: then the local repository is used
     * @param directory gets the classes; its former content is deleted
     * @return a sentence that says what was used
     * @throws IOException if there is no TCK, or the file is not one; the message is meant for the user
     */
    public String unpack(String bundle, Path directory) throws IOException {
        deleteRecursively(directory);
        Files.createDirectories(directory);
        if (!bundle.isEmpty()) {
            return unpackBundle(Path.of(bundle), directory);
        }
        Path installed = repository.resolve(
                Path.of("jakarta", "tck", "websocket-tck-spec-tests", version, jarName("websocket-tck-spec-tests")));
        if (!Files.isRegularFile(installed)) {
            throw new IOException(whereToGetIt());
        }
        explode(installed, directory);
        return "The TCK is the artifact jakarta.tck:websocket-tck-spec-tests:" + version + " of the local repository";
    }

    private String unpackBundle(Path bundle, Path directory) throws IOException {
        if (!Files.isRegularFile(bundle)) {
            throw new IOException("There is no file " + bundle + ". " + whereToGetIt());
        }
        // A copy of each jar: a zip inside a zip cannot be opened in place.
        Path jars = Files.createTempDirectory("tck");
        try (FileSystem zip = FileSystems.newFileSystem(bundle)) {
            for (String artifact : List.of("websocket-tck-common", "websocket-tck-spec-tests")) {
                Path inBundle = zip.getPath("/websocket-tck/artifacts/" + jarName(artifact));
                if (!Files.isRegularFile(inBundle)) {
                    throw new IOException(bundle.getFileName() + " is not the bundle of version " + version
                            + ": it has no " + inBundle.toString().substring(1));
                }
                Path jar = jars.resolve(jarName(artifact));
                Files.copy(inBundle, jar);
                explode(jar, directory);
            }
        } catch (java.nio.file.ProviderNotFoundException | java.util.zip.ZipException e) {
            throw new IOException(bundle.getFileName() + " is not a zip file", e);
        } finally {
            deleteRecursively(jars);
        }
        return "The TCK is the bundle " + bundle.getFileName();
    }

    private String jarName(String artifact) {
        return artifact + "-" + version + ".jar";
    }

    private static void explode(Path jar, Path directory) throws IOException {
        try (InputStream file = Files.newInputStream(jar);
                ZipInputStream in = new ZipInputStream(file)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = directory.resolve(entry.getName()).normalize();
                if (!target.startsWith(directory.normalize())) {
                    throw new IOException(jar.getFileName() + " has an entry outside of itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void deleteRecursively(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
