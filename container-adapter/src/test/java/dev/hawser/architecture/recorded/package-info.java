/** What the tests of the recording record. */
package dev.hawser.architecture.recorded;
