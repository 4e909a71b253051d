package dev.hawser.internal.session;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Keeps the JDK from keeping the classes of an application that has ended. Up to JDK 18 the method handles with which
 * the JDK makes {@code hashCode}, {@code equals} and {@code toString} of a record remember the types they were last
 * made for. If one of these is a class of the application, or of a Hawser inside it, its class loader stays reachable
 * until one of these methods of another record is called for the first time.
 */
final class RecordMethods {
    private RecordMethods() {}

    /** Has the JDK remember {@link String}, as if that were a record with itself as component. */
    static void forgetLast() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle component = lookup.findVirtual(String.class, "toString", MethodType.methodType(String.class));
            for (String method : new String[] {"hashCode", "equals", "toString"}) {
                ObjectMethods.bootstrap(lookup, method, MethodHandle.class, String.class, "text", component);
            }
        } catch (Throwable e) {
            // at worst a class loader stays for a while; all else is closed
        }
    }
}
