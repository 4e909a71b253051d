package dev.hawser.internal.client;

/** What a connect, failed or ended, must give back. */
final class ClientLeftovers {
    private ClientLeftovers() {}

    /** Waits until no socket is registered, no lease is held and no connect is under way for the calling thread's class loader. */
    static void awaitNone() throws InterruptedException {
        ClientCore core = ClientCore.of(Thread.currentThread().getContextClassLoader());
        if (core != null) {
            SocketTransportTest.await(
                    () -> core.loop().leases() == 0 && core.loop().registrations() == 0 && !core.isUsed());
        }
    }
}
