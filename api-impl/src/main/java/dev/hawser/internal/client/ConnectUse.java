package dev.hawser.internal.client;

import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.ConnectFailedException.Step;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.transport.ClientTransport;
import jakarta.websocket.DeploymentException;
import java.io.IOException;

/** What one connect, and the connection that it makes, use until the use is closed. */
interface ConnectUse extends AutoCloseable {
    /** What the session shares with others. */
    ContainerRuntime runtime();

    /** The way to the server. */
    Connecting connecting();

    /** Calls after the first do nothing. */
    @Override
    void close();

    /** Where a client container gets them. Thread-safe. */
    interface Source {
        /**
         * Begins a use.
         *
         * @param application the context class loader of the thread that connects
         */
        ConnectUse begin(ClassLoader application) throws DeploymentException;
    }

    /** Uses of sockets, and of the threads that all connects of an application share. */
    static Source sockets(NameResolver resolver) {
        return application -> new OfSockets(ClientCore.beginUse(application), resolver);
    }

    /** Uses of another network, which lasts longer than each of them. */
    static Source of(ClientNetwork network) {
        return application -> new OfNetwork(network);
    }

    /** The threads last as long as their uses. */
    record OfSockets(ClientCore.Use use, NameResolver resolver) implements ConnectUse {
        @Override
        public ContainerRuntime runtime() {
            return use.core().runtime();
        }

        @Override
        public Connecting connecting() {
            return use.core().connector(resolver);
        }

        @Override
        public void close() {
            use.close();
        }
    }

    /** Each step before the opening handshake is one call of the network. */
    record OfNetwork(ClientNetwork network) implements ConnectUse {
        @Override
        public ContainerRuntime runtime() {
            return network.runtime();
        }

        @Override
        public Connecting connecting() {
            return (target, settings, deadline, headerLimit) -> {
                try {
                    ClientTransport transport = network.open(target.uri());
                    return new Connecting.Connection(transport, new DeadlineStream(transport, deadline));
                } catch (IOException e) {
                    throw new ConnectFailedException(target.server().toString(), Step.CONNECT, e);
                }
            };
        }

        @Override
        public void close() {
            // nothing was begun
        }
    }
}
