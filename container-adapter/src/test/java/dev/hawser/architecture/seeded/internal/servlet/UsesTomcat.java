package dev.hawser.architecture.seeded.internal.servlet;

import dev.hawser.architecture.seeded.internal.tomcat.Tomcat;

public final class UsesTomcat {
    static final Class<?> USED = Tomcat.class;
}
