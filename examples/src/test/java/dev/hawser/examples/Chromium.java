package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * A real Chromium without a window, with a profile of its own that is thrown away.
 *
 * <p>The browser and its driver are the ones installed on the machine ({@code apt-get install chromium
 * chromium-driver}); nothing is downloaded. Other places can be named with {@code -Dbrowser.chromium} and
 * {@code -Dbrowser.chromedriver}.
 */
final class Chromium implements AutoCloseable {
    /** It warns that it does not know this browser's DevTools by version, which nothing here uses. */
    private static final Logger SELENIUM_LOGGER = Logger.getLogger("org.openqa.selenium.devtools");

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final ChromeDriver driver;
    private boolean firstTab = true;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one. Without Chromium the test is skipped, or fails if {@code -Dbrowser.required=true}. */
    static Chromium start(String... moreArguments) {
        Path browser = installed(
                "browser.chromium", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
        Path driver =
                installed("browser.chromedriver", "/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");
        SELENIUM_LOGGER.setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.toString());
        options.setAcceptInsecureCerts(true);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync");
        options.addArguments(moreArguments);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(driver.toString()))
                .usingAnyFreePort()
                .build();
        ChromeDriver started = new ChromeDriver(service, options);
        started.manage().timeouts().scriptTimeout(DEADLINE).pageLoadTimeout(DEADLINE);
        return new Chromium(started);
    }

    private static Path installed(String property, String... places) {
        String named = System.getProperty(property);
        List<String> candidates = named == null ? List.of(places) : List.of(named);
        Optional<Path> found =
                candidates.stream().map(Path::of).filter(Files::isExecutable).findFirst();
        return found.orElseGet(() -> {
            String message = "Chromium is not installed here (-D" + property + ": looked for "
                    + String.join(", ", candidates)
                    + "), so the browser was not tested. Install it with: apt-get install chromium chromium-driver";
            if (Boolean.getBoolean("browser.required")) {
                return fail(message);
            }
            System.err.println(message); // Maven says how many tests were skipped, and not why
            return abort(message);
        });
    }

    /** Opens an address in a new tab. */
    Tab open(URI address) {
        if (!firstTab) {
            driver.switchTo().newWindow(WindowType.TAB);
        }
        firstTab = false;
        driver.get(address.toString());
        return new Tab(driver.getWindowHandle());
    }

    /** The next tab is opened in a window of its own, so that the page before it stays visible. */
    Chromium inNewWindow() {
        driver.switchTo().newWindow(WindowType.WINDOW);
        firstTab = true;
        return this;
    }

    ChromeDriver driver() {
        return driver;
    }

    @Override
    public void close() {
        driver.quit();
    }

    /** One tab. Every call brings it to the front first. */
    final class Tab {
        private final String handle;

        private Tab(String handle) {
            this.handle = handle;
        }

        ChromeDriver front() {
            driver.switchTo().window(handle);
            return driver;
        }

        /** Runs the body of a function and returns its value. */
        Object run(String script, Object... arguments) {
            return ((JavascriptExecutor) front()).executeScript(script, arguments);
        }

        /** Runs the body of an async function and returns what it resolves to. */
        Object runAsync(String script) {
            return ((JavascriptExecutor) front())
                    .executeAsyncScript("const done = arguments[arguments.length - 1];" + "(async () => {" + script
                            + "})().then(done, (e) => done('failed: ' + e.name + ': ' + e.message));");
        }

        /** Waits until an expression is true of the page, looking again whenever something in the page changes. */
        void await(String expression) {
            try {
                runAsync("await new Promise((resolve) => {"
                        + "  const look = () => { if (" + expression + ") { observer.disconnect(); resolve(); } };"
                        + "  const observer = new MutationObserver(look);"
                        + "  observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});"
                        + "  look();"
                        + "});");
            } catch (ScriptTimeoutException e) {
                Object page = run(
                        "return JSON.stringify(document.querySelector('main')?.dataset) + ' ' + document.body.innerText");
                throw new AssertionError(
                        "not within " + DEADLINE.toSeconds() + " s: " + expression + "\nThe page: " + page, e);
            }
        }
    }
}
