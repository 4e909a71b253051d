package dev.hawser.internal.server;

import jakarta.websocket.DeploymentException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of an application by their paths. A request path is matched segment by segment from the left; a literal
 * beats a variable (Jakarta WebSocket 3.1.1). A variable matches any segment that is not empty; the one behind a
 * trailing slash is empty.
 *
 * <p>Thread-safe: readers use an immutable index after one volatile read; writers replace the index.
 *
 * @param <E> the type of an endpoint
 */
public final class EndpointMap<E> {
    /** Replaced as a whole, under this map's lock. */
    private volatile Index<E> index = Index.empty();

    /**
     * The endpoint of a request path.
     *
     * @param endpoint the endpoint
     * @param pathParameters the values of the template's variables, in their order; unmodifiable
     */
    public record Match<E>(E endpoint, Map<String, String> pathParameters) {
        /** The values, decoded by {@code decoded}; unmodifiable. */
        Map<String, String> pathParameters(UnaryOperator<String> decoded) {
            if (pathParameters.isEmpty()) {
                return Collections.emptyMap(); // each session keeps its own
            }
            Map<String, String> values = new LinkedHashMap<>();
            pathParameters.forEach((name, segment) -> values.put(name, decoded.apply(segment)));
            return Collections.unmodifiableMap(values);
        }
    }

    /** Whether there is no endpoint: a fast answer for applications without any. */
    public boolean isEmpty() {
        return index.isEmpty();
    }

    /**
     * Adds an endpoint.
     *
     * @throws DeploymentException if there is an equal template; the names of variables do not count
     */
    public synchronized void add(UriTemplate template, E endpoint) throws DeploymentException {
        Entry<E> entry = new Entry<>(template, endpoint);
        index = template.variables().isEmpty() ? index.withLiteral(entry) : index.withTemplate(entry);
    }

    /** Removes all endpoints. */
    public synchronized void clear() {
        index = Index.empty();
    }

    /** The endpoint of a path, or null if there is none. */
    public @Nullable Match<E> match(String path) {
        Index<E> current = index;
        Entry<E> exact = current.literals.get(path);
        if (exact != null) {
            return new Match<>(exact.endpoint, Map.of());
        }
        if (!path.startsWith("/") || current.templates.isEmpty()) {
            return null;
        }
        String[] values = new String[current.maxVariables];
        Entry<E> entry = current.templates.find(path, 1, values, 0);
        return entry == null ? null : new Match<>(entry.endpoint, entry.parameters(values));
    }

    /** A template and its endpoint. */
    private record Entry<E>(UriTemplate template, E endpoint) {
        Map<String, String> parameters(String[] values) {
            Map<String, String> parameters = new LinkedHashMap<>();
            int i = 0;
            for (String name : template.variables()) {
                parameters.put(name, values[i++]);
            }
            return Collections.unmodifiableMap(parameters);
        }

        DeploymentException equalTo(Entry<E> earlier) {
            return new DeploymentException("The endpoint path \"" + template.path() + "\" is taken: " + endpoint
                    + " would answer the same requests as " + earlier.endpoint + " at \"" + earlier.template.path()
                    + "\"");
        }
    }

    /** The paths without variables in a table, and the others in a tree. Immutable. */
    private record Index<E>(Map<String, Entry<E>> literals, Node<E> templates, int maxVariables) {
        static <E> Index<E> empty() {
            return new Index<>(Map.of(), Node.empty(), 0);
        }

        boolean isEmpty() {
            return literals.isEmpty() && templates.isEmpty();
        }

        Index<E> withLiteral(Entry<E> entry) throws DeploymentException {
            Map<String, Entry<E>> copy = new HashMap<>(literals);
            String path = entry.template.literalPath();
            Entry<E> earlier = copy.put(path, entry);
            if (earlier != null) {
                throw entry.equalTo(earlier);
            }
            return new Index<>(copy, templates, maxVariables);
        }

        Index<E> withTemplate(Entry<E> entry) throws DeploymentException {
            Node<E> tree = templates.with(entry, 0);
            return new Index<>(
                    literals,
                    tree,
                    Math.max(maxVariables, entry.template.variables().size()));
        }
    }

    /**
     * A node in the tree of templates; each segment leads to a child. Immutable. If the child of a literal leads to no
     * endpoint, a lookup tries the variable beside it. It visits each node at most once, so the deployed templates
     * bound its cost, not what a client sends.
     */
    private record Node<E>(
            Map<String, Node<E>> literals,
            @Nullable Node<E> variable,
            @Nullable Entry<E> entry) {
        static <E> Node<E> empty() {
            return new Node<>(Map.of(), null, null);
        }

        boolean isEmpty() {
            return literals.isEmpty() && variable == null;
        }

        Node<E> with(Entry<E> added, int depth) throws DeploymentException {
            if (depth == added.template.segments().size()) {
                if (entry != null) {
                    throw added.equalTo(entry);
                }
                return new Node<>(literals, variable, added);
            }
            String literal = added.template.segments().get(depth).literal();
            if (literal == null) {
                Node<E> next = variable == null ? empty() : variable;
                return new Node<>(literals, next.with(added, depth + 1), entry);
            }
            Map<String, Node<E>> copy = new HashMap<>(literals);
            copy.put(literal, copy.getOrDefault(literal, empty()).with(added, depth + 1));
            return new Node<>(copy, variable, entry);
        }

        /**
         * The entry for the rest of a path.
         *
         * @param start where the next segment begins; greater than the path's length if there is none
         * @param values receives the values of the variables
         * @param count how many values there are so far
         */
        @Nullable Entry<E> find(String path, int start, String[] values, int count) {
            if (start > path.length()) {
                return entry;
            }
            int slashAt = path.indexOf('/', start);
            int end = slashAt < 0 ? path.length() : slashAt;
            String segment = path.substring(start, end);
            Node<E> literal = literals.get(segment);
            Entry<E> found = literal == null ? null : literal.find(path, end + 1, values, count);
            if (found == null && variable != null && !segment.isEmpty()) {
                values[count] = segment;
                found = variable.find(path, end + 1, values, count + 1);
            }
            return found;
        }
    }
}
