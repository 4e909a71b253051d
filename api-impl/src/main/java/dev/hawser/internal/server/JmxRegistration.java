package dev.hawser.internal.server;

import dev.hawser.HawserMXBean;
import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/**
 * The registration of a container's {@link HawserMXBean}, which ends with the container, so that JMX does not keep an
 * application alive. Loaded only where {@code java.management} is present.
 */
final class JmxRegistration implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.observer");
    /** How many containers of one name there may be, as on several servers in one JVM. */
    private static final int NAMESAKES = 1000;

    private final MBeanServer server;
    private final ObjectName name;

    private JmxRegistration(MBeanServer server, ObjectName name) {
        this.server = server;
        this.name = name;
    }

    /**
     * Registers a bean.
     *
     * @throws IllegalStateException if JMX refuses
     */
    static JmxRegistration register(HawserMXBean bean, String context) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            StandardMBean shown = new StandardMBean(bean, HawserMXBean.class, true);
            for (int number = 1; number <= NAMESAKES; number++) {
                ObjectName name = new ObjectName("dev.hawser:type=Container,name=" + ObjectName.quote(context)
                        + (number == 1 ? "" : ",number=" + number));
                try {
                    server.registerMBean(shown, name);
                    return new JmxRegistration(server, name);
                } catch (InstanceAlreadyExistsException e) {
                    // the next number may be free
                }
            }
            throw new IllegalStateException(NAMESAKES + " containers are already registered with JMX for " + context);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            // it has been unregistered
        } catch (JMException | RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "The MBean " + name + " could not be removed", e);
        }
    }
}
