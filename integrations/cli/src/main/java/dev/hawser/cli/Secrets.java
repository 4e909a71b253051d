package dev.hawser.cli;

import java.io.Console;

/** Secrets, which are never options: others on the machine could see those. */
final class Secrets {
    private Secrets() {}

    /** From the environment, or else from the person at the terminal, who does not see it. */
    static char[] ask(String variable, String question) throws UsageException {
        String given = System.getenv(variable);
        if (given != null) {
            return given.toCharArray();
        }
        @SuppressWarnings(
                "SystemConsoleNull") // from JDK 22 on it is never null: then what is read is, without a terminal
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("%s: ", question);
        if (typed == null) {
            throw new UsageException("there is no terminal to ask for a password: set " + variable);
        }
        return typed;
    }
}
