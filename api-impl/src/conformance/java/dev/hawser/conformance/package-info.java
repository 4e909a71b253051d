/** Results of the suites, as docs/conformance.md shows them; compiled by each module that has such a suite. */
@NullMarked
package dev.hawser.conformance;

import org.jspecify.annotations.NullMarked;
