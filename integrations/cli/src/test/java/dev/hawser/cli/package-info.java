/** The command line as people run it: a process, with pipes and exit codes, against real servers. */
@NullMarked
package dev.hawser.cli;

import org.jspecify.annotations.NullMarked;
