package dev.hawser.injection;

import jakarta.servlet.ServletContext;
import java.util.EventListener;

/** The CDI implementation on the class path. The build runs the tests of CDI once with each, and says with which. */
final class Cdi {
    private static final String EXPECTED = System.getProperty("test.cdi", "org.jboss.weld");

    private Cdi() {}

    /** Adds the implementation's own listener, which starts it with the application. */
    static void addTo(ServletContext context) {
        String listener = EXPECTED.equals("org.jboss.weld")
                ? "org.jboss.weld.environment.servlet.Listener"
                : "org.apache.webbeans.servlet.WebBeansConfigurationListener";
        try {
            context.addListener(Class.forName(listener).asSubclass(EventListener.class));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("This run is with " + EXPECTED + ", which is not on the class path", e);
        }
    }

    /** Whether a class is of the implementation of this run. */
    static boolean has(String className) {
        return className.startsWith(EXPECTED + ".");
    }

    /** Whether this run is with OpenWebBeans. */
    static boolean isOpenWebBeans() {
        return EXPECTED.equals("org.apache.webbeans");
    }
}
