package dev.hawser.benchmarks.comparison;

import java.util.List;
import java.util.Locale;

/**
 * Lines over the number of connections, as SVG. Both axes are logarithmic: a linear cost is a straight line, and a
 * constant cost is level.
 */
final class LineChart {
    private static final String[] COLOURS = {
        "#c2410c", "#ea9a3e", "#1d4ed8", "#15803d", "#7e22ce", "#0e7490", "#64748b", "#be185d"
    };
    private static final int WIDTH = 560;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int RIGHT = 150;
    private static final int TOP = 44;
    private static final int BOTTOM = 44;

    private final StringBuilder svg = new StringBuilder();
    private final double lowX;
    private final double highX;
    private final double lowY;
    private final double highY;

    /**
     * One line.
     *
     * @param label the contestant's name
     * @param points from left to right
     */
    record Line(String label, List<Point> points) {}

    /** One point; x and y are above 0. */
    record Point(double x, double y) {}

    private LineChart(List<Line> lines) {
        lowX = decade(lines, true, false);
        highX = decade(lines, true, true);
        lowY = decade(lines, false, false);
        highY = decade(lines, false, true);
    }

    private static double decade(List<Line> lines, boolean horizontal, boolean high) {
        double[] logs = lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(point -> Math.log10(horizontal ? point.x() : point.y()))
                .sorted()
                .toArray();
        if (logs.length == 0) {
            return high ? 1 : 0;
        }
        double low = Math.floor(logs[0]);
        return high ? Math.max(low + 1, Math.ceil(logs[logs.length - 1])) : low;
    }

    /** The whole picture. */
    static String of(String title, String horizontal, String vertical, List<Line> lines) {
        LineChart chart = new LineChart(lines);
        chart.svg.append(String.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %1$d %2$d\" "
                        + "font-family=\"sans-serif\" font-size=\"11\">%n<rect width=\"100%%\" height=\"100%%\""
                        + " fill=\"white\"/>%n",
                WIDTH, HEIGHT));
        chart.text(LEFT, 18, "start", "bold", title);
        chart.text(LEFT, 34, "start", "normal", vertical);
        chart.text(WIDTH - RIGHT, HEIGHT - 8, "end", "normal", horizontal);
        chart.grid();
        for (int i = 0; i < lines.size(); i++) {
            chart.line(lines.get(i), i);
        }
        return chart.svg.append("</svg>\n").toString();
    }

    private void grid() {
        for (double x = lowX; x <= highX; x++) {
            rule(x(x), y(lowY), x(x), y(highY));
            text(x(x), HEIGHT - BOTTOM + 16, "middle", "normal", label(x));
        }
        for (double y = lowY; y <= highY; y++) {
            rule(x(lowX), y(y), x(highX), y(y));
            text(LEFT - 6, y(y) + 4, "end", "normal", label(y));
        }
    }

    private void line(Line line, int number) {
        if (line.points().isEmpty()) {
            return;
        }
        String colour = COLOURS[number % COLOURS.length];
        StringBuilder points = new StringBuilder();
        for (Point point : line.points()) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(Math.log10(point.x())), y(Math.log10(point.y()))));
        }
        svg.append(String.format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
                points.toString().trim(), colour));
        int legend = TOP + 16 * number;
        svg.append(String.format(
                "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>%n",
                WIDTH - RIGHT + 10, legend, colour));
        text(WIDTH - RIGHT + 26, legend + 6, "start", "normal", line.label());
    }

    private double x(double log) {
        return LEFT + (log - lowX) / (highX - lowX) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double log) {
        return HEIGHT - BOTTOM - (log - lowY) / (highY - lowY) * (HEIGHT - TOP - BOTTOM);
    }

    private void rule(double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e2e8f0\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    private void text(double x, double y, String anchor, String weight, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-weight=\"%s\" fill=\"#1e293b\">%s</text>%n",
                x,
                y,
                anchor,
                weight,
                BarChart.escape(text)));
    }

    private static String label(double log) {
        return log >= 0
                ? String.format(Locale.ROOT, "%,.0f", Math.pow(10, log))
                : String.format(Locale.ROOT, "%.2g", Math.pow(10, log));
    }
}
