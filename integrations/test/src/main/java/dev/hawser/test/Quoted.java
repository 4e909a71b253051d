package dev.hawser.test;

import java.util.Arrays;
import java.util.HexFormat;

/** Payloads in the messages of failed assertions: on one line, and cut if they are long. */
final class Quoted {
    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_BYTES = 32;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private Quoted() {}

    static String text(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(LONGEST_TEXT).forEach(c -> append(quoted, c));
        quoted.append('"');
        int length = text.codePointCount(0, text.length());
        return length <= LONGEST_TEXT ? quoted.toString() : quoted + "... (" + length + " characters)";
    }

    private static void append(StringBuilder quoted, int codePoint) {
        switch (codePoint) {
            case '"', '\\' -> quoted.append('\\').appendCodePoint(codePoint);
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            default -> {
                if (Character.isISOControl(codePoint)) {
                    quoted.append("\\u").append(HexFormat.of().toHexDigits((char) codePoint));
                } else {
                    quoted.appendCodePoint(codePoint);
                }
            }
        }
    }

    static String bytes(byte[] bytes) {
        if (bytes.length == 0) {
            return "without payload";
        }
        String hex = HEX.formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, LONGEST_BYTES)));
        return bytes.length <= LONGEST_BYTES ? hex : hex + "... (" + bytes.length + " bytes)";
    }

    /** Where two texts differ, if quoting them does not show it; otherwise "". */
    static String difference(String expected, String came) {
        int same = 0;
        int shorter = Math.min(expected.length(), came.length());
        while (same < shorter && expected.charAt(same) == came.charAt(same)) {
            same++;
        }
        return same < LONGEST_TEXT ? "" : " They differ from index " + same + " on.";
    }
}
