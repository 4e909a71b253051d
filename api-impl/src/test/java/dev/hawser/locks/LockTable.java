package dev.hawser.locks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The tables of locks in docs/concurrency.md. The first cell of a row names the lock, as {@code Class.field} or, if it
 * is a monitor, as the class whose it is; further names are the fields of other classes in which the same lock is. The
 * last cell names what may be taken or called while it is held, itself or in what is taken.
 */
final class LockTable {
    private static final Path DOCUMENT = Path.of("../docs/concurrency.md");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** By each name of a lock the first one. */
    private final Map<String, String> names = new HashMap<>();
    /** By the first name of a lock, all that may be taken or called under it. */
    private final Map<String, Set<String>> allowed = new LinkedHashMap<>();
    /** The first names of the locks in each table, in order. */
    private final Map<String, List<String>> tables = new LinkedHashMap<>();

    private LockTable(List<String> lines) {
        Map<String, List<String>> direct = new LinkedHashMap<>();
        String title = "";
        boolean inside = false;
        for (String line : lines) {
            if (line.startsWith("#")) {
                inside = line.equals("## Locks") || inside && line.startsWith("### ");
                title = line.replaceFirst("#+ ", "");
            }
            String[] cells = line.split("\\|");
            List<String> own = inside && line.startsWith("|") ? code(cells[1]) : List.of();
            if (!own.isEmpty()) {
                own.forEach(name -> names.put(name, own.get(0)));
                direct.put(own.get(0), code(cells[cells.length - 1]));
                tables.computeIfAbsent(title, any -> new ArrayList<>()).add(own.get(0));
            }
        }
        direct.forEach((lock, next) -> {
            Set<String> all = new LinkedHashSet<>();
            next.forEach(each -> addWithAllBelow(each, direct, all));
            allowed.put(lock, all);
        });
    }

    static LockTable ofTheDocument() {
        try {
            return of(Files.readAllLines(DOCUMENT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LockTable of(List<String> lines) {
        return new LockTable(lines);
    }

    private static List<String> code(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    private static void addWithAllBelow(String name, Map<String, List<String>> direct, Set<String> all) {
        if (all.add(name)) {
            direct.getOrDefault(name, List.of()).forEach(next -> addWithAllBelow(next, direct, all));
        }
    }

    /** The name by which a lock is known that is taken there. */
    String nameOf(String place) {
        return names.getOrDefault(place, place);
    }

    /** Whether the document knows the lock that is taken there. */
    boolean knows(String place) {
        return names.containsKey(place);
    }

    boolean allows(String held, String next) {
        return allowed.getOrDefault(held, Set.of()).contains(next);
    }

    /** Each name that the document gives to a lock. */
    Set<String> allNames() {
        return names.keySet();
    }

    /** The locks of the table under that heading. */
    List<String> under(String heading) {
        return tables.getOrDefault(heading, List.of());
    }

    /** The locks that may be taken while they are held: two threads could wait for one another for ever. */
    List<String> inCircles() {
        return allowed.keySet().stream().filter(lock -> allows(lock, lock)).toList();
    }
}
