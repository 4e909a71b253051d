package dev.hawser.cli;

import dev.hawser.cli.CommandLineProcess.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws docs/images/cli.svg: what a few commands say, as captured. Run it with the tests' class path, {@code
 * -Dcli.jar}, and the file to write.
 */
final class TerminalPicture {
    private static final int LINE = 20;
    private static final int WIDTH = 860;

    private final List<String> shapes = new ArrayList<>();
    private int y = 56;

    private TerminalPicture() {}

    /** The first argument is the file. */
    public static void main(String[] arguments) throws Exception {
        TerminalPicture picture = new TerminalPicture();
        try (Server server = Server.start()) {
            String uri = server.uri("/echo").toString();
            picture.command(
                    "echo 'Ahoy!' | java -jar hawser-cli.jar --frames ws://localhost/echo",
                    CommandLineProcess.run("Ahoy!\n", "--frames", uri),
                    uri);
            picture.command(
                    "java -jar hawser-cli.jar --ping --count 3 ws://localhost/echo",
                    CommandLineProcess.run("", "--ping", "--count", "3", uri),
                    uri);
            picture.command(
                    "java -jar hawser-cli.jar --bench 200 ws://localhost/echo",
                    CommandLineProcess.run("", "--bench", "200", uri),
                    uri);
        }
        picture.write(Path.of(arguments[0]));
    }

    private void command(String typed, Result result, String uri) {
        line("#7ee0b0", "$ " + typed);
        result.err().lines().forEach(each -> wrapped("#93a9b6", each.replace(uri, "ws://localhost/echo")));
        result.lines().forEach(each -> wrapped("#e6eff4", each));
        y += LINE / 2;
    }

    /** As a terminal of 96 columns does it. */
    private void wrapped(String colour, String text) {
        for (int begin = 0; begin < text.length(); begin += 96) {
            line(colour, text.substring(begin, Math.min(begin + 96, text.length())));
        }
    }

    private void line(String colour, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        shapes.add("<text x='22' y='" + y + "' fill='" + colour + "' xml:space='preserve'>" + escaped + "</text>");
        y += LINE;
    }

    private void write(Path file) throws Exception {
        StringBuilder svg = new StringBuilder("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + WIDTH + " " + y
                + "' font-family='ui-monospace, Menlo, Consolas, \"DejaVu Sans Mono\", monospace' font-size='14'>\n");
        svg.append("<rect width='" + WIDTH + "' height='" + y + "' rx='12' fill='#0f1a21'/>\n");
        for (int i = 0; i < 3; i++) {
            svg.append("<circle cx='" + (24 + 20 * i) + "' cy='20' r='6' fill='"
                    + List.of("#ff7b7b", "#f0b041", "#3ec98a").get(i) + "'/>\n");
        }
        shapes.forEach(shape -> svg.append(shape).append('\n'));
        Files.writeString(file, svg.append("</svg>\n"));
    }
}
