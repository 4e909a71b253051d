package dev.hawser.internal.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI or relative reference, parsed and resolved by RFC 3986. {@link java.net.URI#resolve} follows RFC 2396: it
 * resolves {@code ?z=1} to a sibling of the document instead of the document with another query, and keeps dots that
 * lead above the root. A part that is absent is null, which differs from an empty one.
 *
 * @param path "" if there is none
 */
record UriReference(
        @Nullable String scheme,
        @Nullable String authority,
        String path,
        @Nullable String query,
        @Nullable String fragment) {
    /** RFC 3986 appendix B. It matches every text. */
    private static final Pattern PARTS =
            Pattern.compile("(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?", Pattern.DOTALL);

    static UriReference of(String text) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a URI reference");
        }
        return new UriReference(parts.group(1), parts.group(2), parts.group(3), parts.group(4), parts.group(5));
    }

    UriReference withScheme(@Nullable String other) {
        return new UriReference(other, authority, path, query, fragment);
    }

    /**
     * The steps of RFC 3986 section 5.2.2, in their order. The result has no fragment, since a WebSocket URI has none.
     */
    UriReference resolvedAgainst(UriReference base) {
        if (scheme != null) {
            return new UriReference(scheme, authority, withoutDots(path), query, null);
        }
        if (authority != null) {
            return new UriReference(base.scheme, authority, withoutDots(path), query, null);
        }
        if (path.isEmpty()) {
            return new UriReference(base.scheme, base.authority, base.path, query == null ? base.query : query, null);
        }
        String merged = path.startsWith("/") ? path : merged(base);
        return new UriReference(base.scheme, base.authority, withoutDots(merged), query, null);
    }

    /** RFC 3986 section 5.2.3. */
    private String merged(UriReference base) {
        if (base.authority != null && base.path.isEmpty()) {
            return "/" + path;
        }
        return base.path.substring(0, base.path.lastIndexOf('/') + 1) + path;
    }

    /** RFC 3986 section 5.2.4. */
    private static String withoutDots(String path) {
        String input = path;
        StringBuilder output = new StringBuilder(path.length());
        while (!input.isEmpty()) {
            if (input.startsWith("../")) {
                input = input.substring(3);
            } else if (input.startsWith("./") || input.startsWith("/./")) {
                input = input.substring(2);
            } else if (input.equals("/.")) {
                input = "/";
            } else if (input.startsWith("/../") || input.equals("/..")) {
                input = "/" + input.substring(Math.min(4, input.length()));
                output.setLength(Math.max(0, output.lastIndexOf("/")));
            } else if (input.equals(".") || input.equals("..")) {
                input = "";
            } else {
                int next = input.indexOf('/', 1);
                int end = next < 0 ? input.length() : next;
                output.append(input, 0, end);
                input = input.substring(end);
            }
        }
        return output.toString();
    }

    /** RFC 3986 section 5.3. */
    @Override
    public String toString() {
        return (scheme == null ? "" : scheme + ":")
                + (authority == null ? "" : "//" + authority)
                + path
                + (query == null ? "" : "?" + query)
                + (fragment == null ? "" : "#" + fragment);
    }
}
