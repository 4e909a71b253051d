package dev.hawser.internal.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Defines a class of the test class path once more, in a module of its own that neither exports nor opens its package.
 */
final class ClosedModule {
    private static final ModuleDescriptor DESCRIPTOR = ModuleDescriptor.newModule("closed")
            .packages(Set.of("dev.hawser.internal.endpoint.closed"))
            .build();

    private ClosedModule() {}

    static Class<?> define(Class<?> type) throws ClassNotFoundException {
        ModuleFinder finder = new ModuleFinder() {
            @Override
            public Optional<ModuleReference> find(String name) {
                return name.equals(DESCRIPTOR.name()) ? Optional.of(new Reference()) : Optional.empty();
            }

            @Override
            public Set<ModuleReference> findAll() {
                return Set.of(new Reference());
            }
        };
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration =
                boot.configuration().resolve(finder, ModuleFinder.of(), Set.of(DESCRIPTOR.name()));
        ClassLoader parent = type.getClassLoader();
        ModuleLayer.Controller controller =
                ModuleLayer.defineModulesWithOneLoader(configuration, List.of(boot), parent);
        Module module = controller.layer().findModule(DESCRIPTOR.name()).orElseThrow();
        controller.addReads(module, parent.getUnnamedModule()); // where the Jakarta API is
        return module.getClassLoader().loadClass(type.getName());
    }

    private static final class Reference extends ModuleReference {
        Reference() {
            super(DESCRIPTOR, URI.create("test:closed"));
        }

        @Override
        public ModuleReader open() {
            return new Reader();
        }
    }

    private static final class Reader implements ModuleReader {
        @Override
        public Optional<URI> find(String name) {
            return Optional.ofNullable(ClosedModule.class.getResource("/" + name))
                    .map(url -> URI.create(url.toString()));
        }

        @Override
        public Optional<ByteBuffer> read(String name) throws IOException {
            try (InputStream bytes = ClosedModule.class.getResourceAsStream("/" + name)) {
                return bytes == null ? Optional.empty() : Optional.of(ByteBuffer.wrap(bytes.readAllBytes()));
            }
        }

        @Override
        public Stream<String> list() {
            return Stream.empty();
        }

        @Override
        public void close() {}
    }
}
