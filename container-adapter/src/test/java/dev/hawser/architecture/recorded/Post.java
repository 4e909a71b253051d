package dev.hawser.architecture.recorded;

import java.util.ArrayList;
import java.util.List;

/** Takes a letter: a decision on it, between two classes that only carry. */
public final class Post {
    private final List<String> carried = new ArrayList<>();

    /** Carries a letter. */
    public void take(String letter) {
        if (carried.size() < 10) { // the same for each letter
            carried.add(letter);
        }
        new Sorting().sort(letter, carried);
    }

    /** Decides. */
    static final class Sorting {
        void sort(String letter, List<String> carried) {
            if (letter.startsWith("urgent")) {
                carried.add(0, letter);
            } else {
                new Bag().add(letter, carried);
            }
        }
    }

    /** Decides by how many came before, and not by the letter. */
    static final class Bag {
        private static int before;

        void add(String letter, List<String> carried) {
            if (before++ % 3 == 0) {
                carried.add(letter);
            }
        }
    }
}
