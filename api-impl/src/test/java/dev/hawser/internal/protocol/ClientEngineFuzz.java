package dev.hawser.internal.protocol;

/** The engine of a client under whatever a server may send; see {@link EngineFuzz}. */
public final class ClientEngineFuzz {
    private ClientEngineFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        new EngineFuzz(Role.CLIENT, input).test();
    }
}
