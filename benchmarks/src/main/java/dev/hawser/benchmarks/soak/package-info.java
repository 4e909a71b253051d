/** Lets each server live long with peers that come and go in all ways: {@code mvn -Psoak verify}. */
@NullMarked
package dev.hawser.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
