package dev.hawser.tck.autobahn;

/**
 * The suite's verdicts on a case, in its own words: OK, NON-STRICT, INFORMATIONAL, UNIMPLEMENTED, FAILED, and for
 * closing also WRONG CODE, UNCLEAN and FAILED BY CLIENT.
 *
 * @param behavior on the messages and frames of the case
 * @param behaviorClose on how the connection was closed
 */
public record Verdict(String behavior, String behaviorClose) {

    @Override
    public String toString() {
        return behavior.equals(behaviorClose) ? behavior : behavior + ", closing " + behaviorClose;
    }
}
