package dev.hawser.architecture.seeded;

import dev.hawser.architecture.seeded.internal.client.Client;

public final class PublicTypeUsesClient {
    static final Class<?> USED = Client.class;
}
