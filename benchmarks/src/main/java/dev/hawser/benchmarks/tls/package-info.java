/** What both ends of the comparison need for TLS: the certificate, and a channel over an engine of the JDK. */
@NullMarked
package dev.hawser.benchmarks.tls;

import org.jspecify.annotations.NullMarked;
