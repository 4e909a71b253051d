package dev.hawser.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The circles of classes that need one another, read from class files: classes of one package name each other without
 * an import, so a look at imports misses most circles. A nested class counts as its top-level class.
 */
final class ClassCircles {
    private final Map<String, Set<String>> uses = new TreeMap<>();
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Set<String>> circles = new ArrayList<>();

    private ClassCircles(JavaClasses classes, String root) {
        for (JavaClass type : classes) {
            if (type.getPackageName().startsWith(root)) {
                Set<String> used = uses.computeIfAbsent(topLevel(type), name -> new TreeSet<>());
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (target.getPackageName().startsWith(root)) {
                        used.add(topLevel(target));
                    }
                }
            }
        }
        for (String type : List.copyOf(uses.keySet())) {
            if (!index.containsKey(type)) {
                visit(type);
            }
        }
    }

    /**
     * The circles of more than {@code size} classes below {@code root}, the largest first; each as a sorted list of
     * class names.
     */
    static List<Set<String>> largerThan(int size, JavaClasses classes, String root) {
        return new ClassCircles(classes, root)
                .circles.stream()
                        .filter(circle -> circle.size() > size)
                        .sorted((one, other) -> other.size() - one.size())
                        .toList();
    }

    private static String topLevel(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    /** Tarjan's strongly connected components. */
    private void visit(String type) {
        int number = index.size();
        index.put(type, number);
        lowest.put(type, number);
        open.push(type);
        for (String used : uses.getOrDefault(type, Set.of())) {
            if (!index.containsKey(used)) {
                visit(used);
                lowest.merge(type, lowest.getOrDefault(used, number), Math::min);
            } else if (open.contains(used)) {
                lowest.merge(type, index.getOrDefault(used, number), Math::min);
            }
        }
        if (lowest.getOrDefault(type, -1) == number) {
            Set<String> circle = new TreeSet<>();
            String member;
            do {
                member = open.pop();
                circle.add(member);
            } while (!member.equals(type));
            circles.add(circle);
        }
    }
}
