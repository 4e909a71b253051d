package dev.hawser.examples;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.GeneralPath;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures to send, drawn here so that nobody's rights are touched. */
final class Pictures {
    private Pictures() {}

    /** A PNG of noise, which no compression makes small: about {@code 3 * side * side} bytes. */
    static Path noise(Path file, int side, long seed) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** A sailing boat at its mooring in the evening. */
    static Path harbour(Path file) throws IOException {
        BufferedImage image = new BufferedImage(960, 600, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setPaint(new GradientPaint(0, 0, new Color(0x27496d), 0, 380, new Color(0xffb37a)));
        g.fillRect(0, 0, 960, 380);
        g.setColor(new Color(0xffe3b0));
        g.fill(new Ellipse2D.Double(610, 250, 120, 120));
        g.setColor(new Color(0x3f5878));
        g.fillPolygon(new Polygon(
                new int[] {0, 140, 250, 400, 520, 620, 0}, new int[] {380, 300, 335, 270, 330, 380, 380}, 7));
        g.setPaint(new GradientPaint(0, 380, new Color(0xd98c62), 0, 600, new Color(0x17344f)));
        g.fillRect(0, 380, 960, 220);
        Random random = new Random(7);
        for (int i = 0; i < 90; i++) {
            int y = 385 + random.nextInt(205);
            int x = random.nextInt(960);
            g.setColor(new Color(255, 227, 176, 30 + random.nextInt(60)));
            g.fillRoundRect(x, y, 20 + (y - 380) / 3, 3, 3, 3);
        }
        boat(g);
        g.dispose();
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private static void boat(Graphics2D g) {
        g.setColor(new Color(0xf7f3ea));
        GeneralPath sail = new GeneralPath();
        sail.moveTo(404, 120);
        sail.quadTo(560, 280, 540, 400);
        sail.lineTo(404, 400);
        sail.closePath();
        g.fill(sail);
        g.setColor(new Color(0xd9573f));
        GeneralPath jib = new GeneralPath();
        jib.moveTo(392, 150);
        jib.quadTo(300, 300, 290, 400);
        jib.lineTo(392, 400);
        jib.closePath();
        g.fill(jib);
        g.setColor(new Color(0x3a2a22));
        g.fillRect(395, 105, 6, 320);
        GeneralPath hull = new GeneralPath();
        hull.moveTo(250, 418);
        hull.lineTo(590, 418);
        hull.quadTo(560, 480, 500, 484);
        hull.lineTo(330, 484);
        hull.quadTo(276, 476, 250, 418);
        hull.closePath();
        g.fill(hull);
    }
}
