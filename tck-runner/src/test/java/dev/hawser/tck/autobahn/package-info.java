/** The Autobahn test suite against our server and our client, and the tests of what judges it. */
@NullMarked
package dev.hawser.tck.autobahn;

import org.jspecify.annotations.NullMarked;
