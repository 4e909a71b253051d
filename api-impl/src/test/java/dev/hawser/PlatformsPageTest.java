package dev.hawser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/platforms.md names the versions that the build runs. */
class PlatformsPageTest {
    private static final Path ROOT = Path.of("..");

    @ParameterizedTest
    @CsvSource({
        "pom.xml, jetty.version",
        "pom.xml, tomcat.version",
        "pom.xml, tomcat10.version",
        "pom.xml, undertow.version",
        "pom.xml, websocket-api.version",
        "tck-runner/pom.xml, jetty-ee10.version",
        "tck-runner/pom.xml, websocket-api.version",
        "integrations/spring-boot-starter/pom.xml, jetty.version",
        "integrations/spring-boot-starter/pom.xml, tomcat.version",
        "integrations/osgi-tests/pom.xml, felix-http.version",
        "integrations/server-tests/pom.xml, tomcat-distribution.version",
        "integrations/server-tests/pom.xml, tomcat10-distribution.version",
        "integrations/server-tests/pom.xml, wildfly.version",
        "integrations/server-tests/pom.xml, payara.version",
        "integrations/server-tests/pom.xml, liberty.version",
    })
    void theVersionsOfThePageAreThoseOfThePoms(String pom, String property) throws IOException {
        Matcher version = Pattern.compile("<" + Pattern.quote(property) + ">([^<]+)<")
                .matcher(Files.readString(ROOT.resolve(pom)));
        assertTrue(version.find(), pom + " has no " + property);
        String cell = "(?s).*[ |(]" + Pattern.quote(version.group(1)) + "[ ,:;|].*";
        String page = Files.readString(ROOT.resolve("docs/platforms.md"));
        assertTrue(page.matches(cell), "docs/platforms.md does not name " + version.group(1) + ", " + property);
    }

    @Test
    void theOldestJavaOfThePageIsTheOneThatIsCompiledFor() throws IOException {
        Matcher release =
                Pattern.compile("<maven.compiler.release>(\\d+)<").matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertTrue(release.find());
        assertEquals("17", release.group(1), "docs/platforms.md says 17 in several places");
    }
}
