package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.Assertions;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** What Spring Boot tells the user of an application that does not start, instead of a stack trace. */
public final class ReportedFailures implements FailureAnalysisReporter {
    private static final ConcurrentLinkedDeque<FailureAnalysis> REPORTED = new ConcurrentLinkedDeque<>();

    @Override
    public void report(FailureAnalysis analysis) {
        REPORTED.add(analysis);
    }

    /** The analysis of why an application does not start. */
    static FailureAnalysis of(Class<?> source, String... properties) {
        return of(WebApplicationType.SERVLET, source, properties);
    }

    static FailureAnalysis of(WebApplicationType type, Class<?> source, String... properties) {
        REPORTED.clear();
        String[] all = SpringApp.with("logging.level.root=off", SpringApp.with(SpringApp.WITHOUT_SECURITY, properties));
        assertThrows(Exception.class, () -> SpringApp.start(type, source, all).close());
        FailureAnalysis reported = REPORTED.poll();
        return reported == null ? Assertions.fail("no analysis was reported") : reported;
    }
}
