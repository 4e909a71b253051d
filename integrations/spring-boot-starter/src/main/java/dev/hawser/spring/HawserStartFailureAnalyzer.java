package dev.hawser.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Makes Spring Boot print what is wrong and what to do, instead of a stack trace. */
final class HawserStartFailureAnalyzer extends AbstractFailureAnalyzer<HawserStartException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, HawserStartException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
