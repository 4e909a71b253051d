package dev.hawser.tck.autobahn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the {@code index.json} that the suite writes, which has the verdicts for each agent and case. */
public final class SuiteReport {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SuiteReport() {}

    /**
     * The verdicts on one agent.
     *
     * @param index the file
     * @param agent the one agent that the report must be about
     * @throws IOException if there is no file, if it is about another agent, too, or if it does not have the expected
     *     form
     */
    public static SortedMap<CaseId, Verdict> read(Path index, String agent) throws IOException {
        if (!Files.isRegularFile(index)) {
            throw new IOException("The suite has written no report: there is no " + index.getFileName());
        }
        JsonNode agents;
        try {
            agents = JSON.readTree(Files.readString(index));
        } catch (JsonProcessingException e) {
            throw new IOException(index.getFileName() + " is not JSON as expected: " + e.getMessage(), e);
        }
        if (agents.size() != 1 || !agents.path(agent).isObject()) {
            throw new IOException(index.getFileName() + " should be about the agent \"" + agent + "\" alone, but names "
                    + names(agents));
        }
        SortedMap<CaseId, Verdict> verdicts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : agents.path(agent).properties()) {
            verdicts.put(caseId(entry.getKey()), verdict(entry.getKey(), entry.getValue()));
        }
        return verdicts;
    }

    private static CaseId caseId(String text) throws IOException {
        try {
            return CaseId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("index.json: " + e.getMessage(), e);
        }
    }

    private static Verdict verdict(String id, JsonNode result) throws IOException {
        return new Verdict(text(id, result, "behavior"), text(id, result, "behaviorClose"));
    }

    private static String text(String id, JsonNode result, String field) throws IOException {
        JsonNode value = result.path(field);
        if (!value.isTextual()) {
            throw new IOException("index.json, case " + id + ": " + field + " is missing or not a string");
        }
        return value.textValue();
    }

    private static String names(JsonNode agents) {
        StringBuilder names = new StringBuilder();
        for (Iterator<String> name = agents.fieldNames(); name.hasNext(); ) {
            names.append(names.isEmpty() ? "" : ", ")
                    .append('"')
                    .append(name.next())
                    .append('"');
        }
        return names.isEmpty() ? "nobody" : names.toString();
    }
}
