/** The grammar of HTTP header fields (RFC 9110 section 5). */
@NullMarked
package dev.hawser.internal.http;

import org.jspecify.annotations.NullMarked;
