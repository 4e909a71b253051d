package dev.hawser.brokers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kind of broker, as Debian installs it. */
public interface Broker {
    /** The server's program. */
    Path program();

    /** The Debian package that has it. */
    String debianPackage();

    /** How it is started on the loopback, such that each change is on disk before it is answered, if it can do so. */
    List<String> command(int port, Path folder);

    /** Whether it can be used. Throws if it does not listen yet. */
    boolean answers(int port) throws IOException;

    /** Its address, for the backplane. */
    String uri(int port);
}
