package dev.hawser.internal.protocol;

/** The engine of a server under whatever a client may send; see {@link EngineFuzz}. */
public final class ServerEngineFuzz {
    private ServerEngineFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        new EngineFuzz(Role.SERVER, input).test();
    }
}
