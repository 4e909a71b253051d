package dev.hawser.benchmarks.comparison;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The class path of this process, and the parts of it that contestants get. */
public final class ClassPath {
    private final List<Path> entries = new ArrayList<>();

    /** Parses a class path in the form of the property {@code java.class.path}. */
    public ClassPath(String classPath) {
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry));
        }
    }

    /** The classes of this module, and the jars of a contestant. */
    String of(Contestant contestant) {
        List<String> chosen = new ArrayList<>();
        for (Path entry : entries) {
            String name = String.valueOf(entry.getFileName());
            boolean own =
                    Files.isDirectory(entry.resolve("dev/hawser/benchmarks")) || name.startsWith("hawser-benchmarks-");
            if (own || contestant.jars().stream().anyMatch(name::startsWith)) {
                chosen.add(entry.toString());
            }
        }
        for (String jar : contestant.jars()) {
            if (entries.stream()
                    .noneMatch(entry -> String.valueOf(entry.getFileName()).startsWith(jar))) {
                throw new IllegalStateException("No jar " + jar + "* on the class path for " + contestant.name()
                        + ": package the modules first");
            }
        }
        return String.join(File.pathSeparator, chosen);
    }

    /** The names, with versions, of the jars whose names begin with one of these. */
    List<String> named(List<String> beginnings) {
        return entries.stream()
                .map(entry -> String.valueOf(entry.getFileName()))
                .filter(name -> name.endsWith(".jar") && beginnings.stream().anyMatch(name::startsWith))
                .map(name -> name.substring(0, name.length() - ".jar".length()))
                .toList();
    }
}
