package dev.hawser.spring;

import jakarta.websocket.DeploymentException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that an endpoint breaks a rule; the exception's message names the class, the method, the rule and the
 * clause.
 */
final class EndpointDeploymentFailureAnalyzer extends AbstractFailureAnalyzer<DeploymentException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DeploymentException cause) {
        return new FailureAnalysis(
                "A WebSocket endpoint cannot be deployed: " + cause.getMessage(),
                "Change the endpoint as the description says.",
                cause);
    }
}
