package dev.hawser.cli;

import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.extension.Opcode;
import java.util.Locale;

/** Writes a line for each frame: when, in which direction, and its header, without its payload. Thread-safe. */
final class FrameLog implements ConnectionObserver {
    private final Terminal terminal;
    private final long start = System.nanoTime();

    FrameLog(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void frameReceived(ObservedConnection connection, ObservedFrame frame) {
        write('<', frame);
    }

    @Override
    public void frameSent(ObservedConnection connection, ObservedFrame frame) {
        write('>', frame);
    }

    private void write(char direction, ObservedFrame frame) {
        String line = String.format(
                Locale.ROOT,
                "%9.3f %c %-12s length=%d fin=%d rsv=%d",
                (System.nanoTime() - start) / 1e9,
                direction,
                frame.opcode(),
                frame.length(),
                frame.fin() ? 1 : 0,
                frame.rsv());
        terminal.problem(frame.opcode() == Opcode.CLOSE ? line + " code=" + frame.closeCode() : line);
    }
}
