package dev.hawser.war;

import dev.hawser.war.Leftovers.Left;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;

/** Leaves something behind, so that it is known that {@link Leftovers} sees it. */
enum Seed {
    NOTHING {
        @Override
        void plant(ClassLoader application) {}
    },
    /** Memory that zlib gets from malloc, of which the JVM knows nothing. */
    DEFLATER(Left.OBJECTS, Left.NATIVE_MEMORY) {
        @Override
        void plant(ClassLoader application) {
            Deflater deflater = new Deflater();
            deflater.setInput(new byte[1]);
            deflater.deflate(new byte[100]);
            PLANTED.add(deflater);
        }
    },
    DIRECT_BUFFER(Left.DIRECT_BUFFERS, Left.NATIVE_MEMORY) {
        @Override
        void plant(ClassLoader application) {
            PLANTED.add(ByteBuffer.allocateDirect(1 << 18));
        }
    },
    CLASS_LOADER(Left.CLASS_LOADERS, Left.OBJECTS, Left.NATIVE_MEMORY) {
        @Override
        void plant(ClassLoader application) {
            PLANTED.add(application);
        }
    },
    /** One is enough; it keeps no class loader. */
    THREAD(Left.THREADS) {
        @Override
        void plant(ClassLoader application) {
            if (PLANTED.isEmpty()) {
                Thread thread = new Thread(null, LockSupport::park, "hawser-seed", 0, false);
                thread.setContextClassLoader(null);
                thread.setDaemon(true);
                thread.start();
                PLANTED.add(thread);
            }
        }
    },
    SOCKET(Left.DESCRIPTORS) {
        @Override
        void plant(ClassLoader application) throws IOException {
            PLANTED.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
    };

    private static final List<Object> PLANTED = new ArrayList<>();

    /** All that it is to be seen as, as {@link Redeployment#RESULT} tells it. */
    final String seenAs;

    Seed(Left... seenAs) {
        this.seenAs = new TreeSet<>(List.of(seenAs)).toString();
    }

    abstract void plant(ClassLoader application) throws IOException;
}
