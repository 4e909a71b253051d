package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import jakarta.websocket.ClientEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An extension of one application that is slow to make holds up no other application. */
class ApplicationCodeAndLocksTest {
    private static volatile CountDownLatch constructing = new CountDownLatch(1);
    private static volatile CountDownLatch mayGoOn = new CountDownLatch(1);
    private static final AtomicInteger MADE = new AtomicInteger();

    private final EndpointClientContainer container = new EndpointClientContainer();

    @TempDir
    Path folder;

    @BeforeEach
    void fresh() {
        constructing = new CountDownLatch(1);
        mayGoOn = new CountDownLatch(1);
        MADE.set(0);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        mayGoOn.countDown();
        container.close();
        ClientLeftovers.awaitNone();
    }

    /** Waits in its constructor. */
    public static final class Slow implements NegotiableExtension {
        public Slow() throws InterruptedException {
            MADE.incrementAndGet();
            constructing.countDown();
            mayGoOn.await(30, TimeUnit.SECONDS);
        }

        @Override
        public String name() {
            return "x-slow";
        }

        @Override
        public int rsv() {
            return 0;
        }

        @Override
        public NegotiatedExtension accept(List<ExtensionOffer> offers) {
            return null;
        }

        @Override
        public List<ExtensionOffer> offers() {
            return List.of();
        }

        @Override
        public NegotiatedExtension confirm(ExtensionOffer response) {
            throw new IllegalStateException("was not offered");
        }
    }

    /** The class loader of an application that has that extension. */
    private ClassLoader application() throws IOException {
        URL service = Files.writeString(folder.resolve("service"), Slow.class.getName())
                .toUri()
                .toURL();
        return new ClassLoader(getClass().getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                return name.equals("META-INF/services/" + NegotiableExtension.class.getName())
                        ? Collections.enumeration(List.of(service))
                        : super.getResources(name);
            }
        };
    }

    @Test
    void anotherApplicationConnectsWhileAnExtensionIsMade() throws Exception {
        try (EchoSelector server = new EchoSelector()) {
            CompletableFuture<Boolean> slow = connecting(application(), server.uri());
            assertTrue(constructing.await(30, TimeUnit.SECONDS));
            assertTrue(connecting(getClass().getClassLoader(), server.uri()).get(30, TimeUnit.SECONDS));
            mayGoOn.countDown();
            assertTrue(slow.get(30, TimeUnit.SECONDS));
        }
    }

    /** Both connects of one application come to the same threads, whichever of them made the extension that is used. */
    @Test
    void twoFirstConnectsOfOneApplicationShareWhatTheyUse() throws Exception {
        ClassLoader application = application();
        try (EchoSelector server = new EchoSelector()) {
            CompletableFuture<Boolean> one = connecting(application, server.uri());
            CompletableFuture<Boolean> other = connecting(application, server.uri());
            assertTrue(constructing.await(30, TimeUnit.SECONDS));
            mayGoOn.countDown();
            assertTrue(one.get(30, TimeUnit.SECONDS) && other.get(30, TimeUnit.SECONDS));
            ClientCore core = ClientCore.of(application);
            assertEquals(2, core.runtime().registry().size());
        }
        EndpointClientContainer.closeAll(application, Duration.ofSeconds(10));
    }

    private CompletableFuture<Boolean> connecting(ClassLoader application, URI uri) {
        CompletableFuture<Boolean> open = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        open.complete(container
                                .connectToServer(
                                        new RecordingEndpoint(),
                                        ClientEndpointConfig.Builder.create().build(),
                                        uri)
                                .isOpen());
                    } catch (Throwable e) {
                        open.completeExceptionally(e);
                    }
                },
                "connecting");
        thread.setContextClassLoader(application);
        thread.setDaemon(true);
        thread.start();
        return open;
    }
}
