package dev.hawser.tck.official;

import java.io.IOException;
import java.nio.file.Path;

/** The program that runs before the tests: unpacks the TCK, or prints the one line that says where to get it. */
public final class PrepareTck {

    private PrepareTck() {}

    /**
     * Exit status 0 if the TCK is ready, 1 if not.
     *
     * @param arguments the bundle or an empty text, the local Maven repository, the version of the TCK, and the
     *     directory for everything that the run makes, in which {@code classes} gets the classes
     */
    public static void main(String[] arguments) {
        TckInput input = new TckInput(arguments[2], Path.of(arguments[1]));
        try {
            System.out.println(input.unpack(arguments[0], Path.of(arguments[3], "classes")));
        } catch (IOException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }
}
