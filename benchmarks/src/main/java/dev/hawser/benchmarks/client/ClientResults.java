package dev.hawser.benchmarks.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All rows of a run. */
final class ClientResults {
    /** With so many connections the bars are measured. */
    static final int FEW = 50;

    private final List<ClientRow> rows = new ArrayList<>();
    private final List<IdleRow> idle = new ArrayList<>();
    private double engine = Double.NaN;

    void add(ClientRow row) {
        rows.add(row);
    }

    void add(IdleRow row) {
        idle.add(row);
    }

    /** Sets the heap bytes of an {@code SSLEngine} alone. */
    void engine(double heap) {
        engine = heap;
    }

    /** Heap bytes of an {@code SSLEngine} alone; NaN if that was not measured. */
    double engine() {
        return engine;
    }

    /** The rows with fifty connections, or those with more. */
    List<ClientRow> rows(boolean tls, boolean few) {
        return rows.stream()
                .filter(row -> row.tls() == tls && (row.connections() == FEW) == few)
                .toList();
    }

    List<IdleRow> idle() {
        return List.copyOf(idle);
    }

    /** Microseconds of processor time for a message with fifty connections; NaN if that was not measured. */
    double cpu(String contestant, boolean tls) {
        return rows(tls, true).stream()
                .filter(row -> row.contestant().equals(contestant))
                .mapToDouble(row -> row.median(ClientRow.Round::cpuMicros))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** Heap bytes of an idle connection, over TLS without those of its engine; NaN if that was not measured. */
    double heap(String contestant, boolean tls) {
        return idle(contestant, tls).map(IdleRow::heap).orElse(Double.NaN) - (tls ? engine : 0);
    }

    /** With how many connections a client can be measured; 0 if it could open none. */
    int most(String contestant, boolean tls) {
        return idle(contestant, tls).map(IdleRow::connections).orElse(0);
    }

    private Optional<IdleRow> idle(String contestant, boolean tls) {
        return idle.stream()
                .filter(row -> row.tls() == tls && row.contestant().equals(contestant))
                .findFirst();
    }
}
