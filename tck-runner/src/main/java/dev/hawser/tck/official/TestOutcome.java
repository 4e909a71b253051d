package dev.hawser.tck.official;

/**
 * One executed test method.
 *
 * @param className the fully qualified name of the test class
 * @param method the method's name, with its parameters if the report has them
 * @param status how it ended
 * @param message the first line of the failure's message, empty if it passed
 */
public record TestOutcome(String className, String method, Status status, String message) {

    /** How a test method ended. A failure is a broken assertion, an error any other exception. */
    public enum Status {
        PASSED,
        FAILED,
        ERROR,
        SKIPPED
    }

    /** The name by which the expected-failures file names this test: {@code class#method}. */
    public String id() {
        return className + "#" + method;
    }

    /** The package of the test class. */
    public String packageName() {
        int dot = className.lastIndexOf('.');
        return dot < 0 ? "" : className.substring(0, dot);
    }
}
