package dev.hawser.examples;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openqa.selenium.OutputType;

/**
 * Takes the pictures of the chat and of the live page for the documentation: run it with the tests' class path and the
 * folder to write to. With a second argument it takes those of the live page alone.
 */
final class Screenshots {
    private Screenshots() {}

    /** The first argument is the folder for the pictures. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        try (DemoProcess demo = DemoProcess.startOnFreePorts()) {
            URI address = demo.awaitAddresses().http();
            for (String scheme : arguments.length > 1 ? List.<String>of() : List.of("light", "dark")) {
                take(folder, address, scheme, 1040, 980, false);
                take(folder, address, scheme, 360, 740, true);
            }
            live(folder, address);
            demo.stop();
        }
    }

    private static void take(Path folder, URI address, String scheme, int width, int height, boolean phone)
            throws IOException {
        try (Chromium chromium = Chromium.start("--force-device-scale-factor=" + (phone ? 2 : 1))) {
            String suffix = "-" + scheme + "-" + width + ".png";
            chromium.driver().executeCdpCommand("Emulation.setEmulatedMedia", emulated(scheme));
            Chromium.Tab welcome = chromium.open(address);
            size(chromium, scheme, width, height, phone);
            save(chromium, folder.resolve("join" + suffix));
            welcome.front();
            ChatTab ada = ChatTab.join(chromium, address, "Ada");
            ChatTab grace = ChatTab.join(chromium, address, "Grace");
            ChatTab tim = ChatTab.join(chromium, address, "Tim");
            ada.awaitMembers(3);
            size(chromium, scheme, width, height, phone);
            grace.say("Made fast at the north jetty. The new line holds!");
            ada.awaitText("Grace", "Made fast at the north jetty. The new line holds!");
            ada.say("That was quick indeed! Any trouble with the swell?");
            grace.awaitText("Ada", "That was quick indeed! Any trouble with the swell?");
            grace.say("None. Look how calm it is:");
            ada.awaitText("Grace", "None. Look how calm it is:");
            grace.send(Pictures.harbour(folder.resolve("harbour.png")));
            ada.awaitPicture("harbour.png");
            tim.say("Beautiful. I will bring the tools tomorrow morning, and the spare shackles you asked for.");
            ada.awaitText(
                    "Tim", "Beautiful. I will bring the tools tomorrow morning, and the spare shackles you asked for.");
            ada.say("Great, see you both at eight");
            ada.awaitText("Ada", "Great, see you both at eight");
            Path chart = folder.resolve("tide-table.pdf");
            Files.write(chart, new byte[48_000]);
            ada.send(chart);
            ada.awaitSent("tide-table.pdf");
            size(chromium, scheme, width, height, phone);
            ada.tab().await("document.querySelector('#roundtrip').textContent !== ''");
            save(chromium, folder.resolve("chat" + suffix));
            ada.click("leave");
            ada.awaitState("closed");
            save(chromium, folder.resolve("closed" + suffix));
        }
    }

    /** The live page, when a crowd has talked for a while. */
    private static void live(Path folder, URI address) throws Exception {
        URI chat = URI.create(address.toString().replaceFirst("^http", "ws")).resolve("/chat");
        try (ChatCrowd crowd = ChatCrowd.start(chat);
                Chromium chromium = Chromium.start()) {
            Chromium.Tab page = chromium.open(address.resolve("dashboard.html"));
            String points =
                    "return document.querySelector('#sessions svg path.line').getAttribute('d')?.split('L').length ??"
                            + " 0";
            while ((Long) page.run(points) < 100) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1)); // a second of the picture
            }
            for (String scheme : List.of("light", "dark")) {
                size(chromium, scheme, 1120, 820, false);
                save(chromium, folder.resolve("live-" + scheme + "-1120.png"));
                size(chromium, scheme, 360, 1900, true);
                save(chromium, folder.resolve("live-" + scheme + "-360.png"));
            }
        }
    }

    private static void size(Chromium chromium, String scheme, int width, int height, boolean phone) {
        chromium.driver().executeCdpCommand("Emulation.setEmulatedMedia", emulated(scheme));
        chromium.driver()
                .executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
    }

    private static Map<String, Object> emulated(String scheme) {
        return Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme)));
    }

    private static void save(Chromium chromium, Path file) throws IOException {
        Files.move(
                chromium.driver().getScreenshotAs(OutputType.FILE).toPath(), file, StandardCopyOption.REPLACE_EXISTING);
    }
}
