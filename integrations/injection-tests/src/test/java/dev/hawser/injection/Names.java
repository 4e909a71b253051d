package dev.hawser.injection;

import java.util.Hashtable;
import java.util.function.Supplier;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.spi.ObjectFactory;
import org.apache.tomcat.util.descriptor.web.ContextEnvironment;
import org.apache.tomcat.util.descriptor.web.ContextResource;

/** What an application on Tomcat has in JNDI, as an {@code <env-entry>} or {@code <Resource>} would put it there. */
final class Names {
    private Names() {}

    static ContextEnvironment environment() {
        ContextEnvironment greeting = new ContextEnvironment();
        greeting.setName("greeting");
        greeting.setType(String.class.getName());
        greeting.setValue("hello");
        return greeting;
    }

    static ContextResource resource() {
        ContextResource clock = new ContextResource();
        clock.setName("tools/clock");
        clock.setType(Supplier.class.getName());
        clock.setProperty("factory", ClockFactory.class.getName());
        return clock;
    }

    /** Makes the resource when it is first looked up, as the factory of a DataSource does. */
    public static class ClockFactory implements ObjectFactory {
        @Override
        public Object getObjectInstance(Object object, Name name, Context context, Hashtable<?, ?> environment) {
            Supplier<String> clock = () -> "noon";
            return clock;
        }
    }
}
