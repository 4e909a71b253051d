package dev.hawser.benchmarks.comparison;

import java.util.List;
import java.util.Locale;

/** Panels of horizontal bars, as SVG: each panel is a scenario with its own scale. */
final class BarChart {
    private static final int PANEL_WIDTH = 430;
    private static final int LABEL_WIDTH = 130;
    private static final int VALUE_WIDTH = 70;
    private static final int TITLE_HEIGHT = 34;
    private static final int BAR_HEIGHT = 18;
    private static final int MARGIN = 14;
    private static final int HEAD = 44;
    private static final int COLUMNS = 2;

    private final StringBuilder svg = new StringBuilder();

    /**
     * One panel.
     *
     * @param title what was measured
     * @param bars from top to bottom
     */
    record Panel(String title, List<Value> bars) {}

    /**
     * One bar.
     *
     * @param label the contestant's name
     * @param value its length; NaN for a void row
     * @param own whether it is Hawser's
     */
    record Value(String label, double value, boolean own) {}

    private BarChart() {}

    /** The whole picture. */
    static String of(String title, List<Panel> panels) {
        BarChart chart = new BarChart();
        int bars = panels.stream().mapToInt(panel -> panel.bars().size()).max().orElse(0);
        int panelHeight = TITLE_HEIGHT + bars * BAR_HEIGHT + MARGIN;
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        int width = COLUMNS * PANEL_WIDTH + MARGIN;
        chart.svg.append(String.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %1$d %2$d\" "
                        + "font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\""
                        + " fill=\"white\"/>%n",
                width, HEAD + rows * panelHeight));
        chart.text(MARGIN, 26, 16, "bold", title);
        for (int i = 0; i < panels.size(); i++) {
            chart.panel(panels.get(i), MARGIN + i % COLUMNS * PANEL_WIDTH, HEAD + i / COLUMNS * panelHeight);
        }
        return chart.svg.append("</svg>\n").toString();
    }

    private void panel(Panel panel, int x, int y) {
        text(x, y + 16, 13, "bold", panel.title());
        double longest = panel.bars().stream()
                .mapToDouble(Value::value)
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(1);
        int room = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH - MARGIN;
        int top = y + TITLE_HEIGHT - 8;
        for (Value bar : panel.bars()) {
            text(x, top + 13, 12, bar.own() ? "bold" : "normal", bar.label());
            boolean isVoid = Double.isNaN(bar.value());
            double length = isVoid ? 0 : Math.max(1, room * bar.value() / longest);
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                    x + LABEL_WIDTH,
                    top + 2,
                    length,
                    BAR_HEIGHT - 4,
                    bar.own() ? "#c2410c" : "#94a3b8"));
            String value = isVoid ? "void" : Report.number(bar.value());
            text((int) (x + LABEL_WIDTH + length + 5), top + 13, 12, "normal", value);
            top += BAR_HEIGHT;
        }
    }

    private void text(int x, int y, int size, String weight, String text) {
        svg.append(String.format(
                "<text x=\"%d\" y=\"%d\" font-size=\"%d\" font-weight=\"%s\" fill=\"#1e293b\">%s</text>%n",
                x, y, size, weight, escape(text)));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
