package dev.hawser.servers;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A WAR, or a jar, in the making; and those that the build has made. */
final class War {
    /** What no application has: the tests' own jars, the server's, and what the shaded jar has inside. */
    private static final String OF_NO_APPLICATION = "(junit|surefire|opentest4j|apiguardian|jakarta\\.servlet-api"
            + "|jakarta\\.(enterprise|inject)|hawser-(examples|api-impl)|tls-channel).*|.*-dropin\\.jar";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);

    /** The chat and the echo of the examples, with the drop-in jar, as built. */
    static Path demo() {
        return built("servers.demo");
    }

    static Path dropInJar() {
        return built("servers.dropin");
    }

    private static Path built(String property) {
        String file = System.getProperty(property);
        if (file == null || !Files.exists(Path.of(file))) {
            throw new AssertionError("-D" + property + " names no file (" + file + "): run this test with mvn verify");
        }
        return Path.of(file);
    }

    /** With the drop-in jar in WEB-INF/lib, and nothing else. */
    static War withHawser() throws IOException {
        return new War().file("WEB-INF/lib/hawser.jar", Files.readAllBytes(dropInJar()));
    }

    /** With the jars of Spring Boot and the starter, as Spring Boot's own plugin lays them out. */
    static War withSpringBoot() throws IOException {
        War war = new War();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String element : classPath.split(File.pathSeparator, -1)) {
            Path jar = Path.of(element);
            String name = String.valueOf(jar.getFileName());
            if (name.endsWith(".jar") && !name.matches(OF_NO_APPLICATION)) {
                war.file("WEB-INF/lib/" + name, Files.readAllBytes(jar));
            }
        }
        return war;
    }

    War classes(Class<?>... types) throws IOException {
        return classesBelow("WEB-INF/classes/", types);
    }

    War classesBelow(String folder, Class<?>... types) throws IOException {
        for (Class<?> type : types) {
            String name = type.getName().replace('.', '/') + ".class";
            try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
                file(folder + name, in.readAllBytes());
            }
        }
        return this;
    }

    War file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    War file(String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
        return this;
    }

    byte[] build() throws IOException {
        zip.close();
        return bytes.toByteArray();
    }

    /** Puts the WAR where the server looks for it, in one step, in the place of what is there. */
    void deployAs(Path target) throws IOException {
        Path whole = Files.write(Files.createTempFile(target.getParent().getParent(), "war", ".tmp"), build());
        Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static void deploy(Path war, Path target) throws IOException {
        Path whole = Files.createTempFile(target.getParent().getParent(), "war", ".tmp");
        Files.copy(war, whole, StandardCopyOption.REPLACE_EXISTING);
        Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
