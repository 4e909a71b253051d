package dev.hawser.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What may use what, for the package tree below {@code root}. The root is an argument so that every rule can also be
 * shown a tree that breaks it: {@link GuardsTest}.
 *
 * <p>The arrow, below {@code internal}: {@code http <- protocol <- transport <- connection <- session <- {server,
 * client} <- {servlet, jetty, tomcat, undertow}}, with {@code endpoint}, {@code coder}, {@code memory} and
 * {@code dispatch} below {@code connection}, and {@code component}, which {@code environment} implements, below the
 * former two. {@code dispatch} knows nothing of ours but {@code log}, and {@code connection} no session of Jakarta's.
 * The public packages are the root, {@code extension}, and the faces of {@code client} and {@code servlet}, which stand
 * beside what implements them. {@code topic} stands on {@code session}, beside server and client, and knows the face
 * that backplanes have.
 */
record ArchitectureRules(String root) {
    /** A name that says nothing about what the type is for. */
    private static final String EMPTY_WORD =
            ".*(Util|Utils|Manager|Helper|Base|Impl|Processor|Info|Data|Holder|Wrapper)";

    private static final String[] TOMCAT = {
        "org.apache.catalina..", "org.apache.coyote..", "org.apache.juli..", "org.apache.tomcat.."
    };

    /** Values that name an address, and functions on text: they open nothing. */
    private static final Set<String> HARMLESS = Set.of(
            "java.net.URI",
            "java.net.URISyntaxException",
            "java.net.SocketAddress",
            "java.net.InetSocketAddress",
            "java.net.URLDecoder",
            "java.net.URLEncoder");

    ArchRule arrows() {
        List<String> core = List.of(
                "http",
                "log",
                "observe",
                "component",
                "environment",
                "protocol",
                "transport",
                "memory",
                "endpoint",
                "coder",
                "dispatch",
                "connection",
                "session");
        return CompositeArchRule.of(publicTypesUseNothingOfOurs())
                .and(uses("http"))
                .and(uses("log"))
                .and(uses("observe", "log"))
                .and(uses("protocol", "http"))
                .and(uses("transport", "log", "memory", "observe", "protocol"))
                .and(uses("component"))
                .and(uses("environment", "log", "component"))
                .and(uses("coder", "log", "protocol", "component"))
                .and(uses("endpoint", "protocol", "component", "coder"))
                .and(dispatchUsesLogAlone())
                .and(uses("memory", "log"))
                .and(uses(
                        "connection",
                        "log",
                        "observe",
                        "protocol",
                        "transport",
                        "memory",
                        "endpoint",
                        "coder",
                        "dispatch"))
                .and(uses(
                        "session",
                        "http",
                        "log",
                        "observe",
                        "protocol",
                        "transport",
                        "memory",
                        "component",
                        "endpoint",
                        "coder",
                        "dispatch",
                        "connection"))
                .and(uses("backplane"))
                .and(uses("topic", also(core, "backplane")))
                .and(uses("client", also(core)))
                .and(uses("server", also(core, "client")))
                .and(uses("servlet", also(core, "client", "server", "topic")))
                .and(uses("jetty", also(core, "client", "server", "servlet")))
                .and(uses("tomcat", also(core, "client", "server", "servlet")))
                .and(uses("undertow", also(core, "client", "server", "servlet")))
                .as("packages use only what lies below them");
    }

    ArchRule everyPackageHasItsPlace() {
        Stream<String> publicOnes = Stream.of(
                root, root + ".extension", root + ".client", root + ".servlet", root + ".topic", root + ".backplane");
        Stream<String> internal = Stream.of(
                        "http",
                        "log",
                        "observe",
                        "component",
                        "environment",
                        "protocol",
                        "transport",
                        "endpoint",
                        "coder",
                        "dispatch",
                        "memory",
                        "connection",
                        "session",
                        "topic",
                        "server",
                        "client",
                        "servlet",
                        "jetty",
                        "tomcat",
                        "undertow")
                .map(this::tree);
        return classes()
                .that(ours())
                .should()
                .resideInAnyPackage(Stream.concat(publicOnes, internal).toArray(String[]::new))
                .allowEmptyShould(true);
    }

    /** A public package and the internal one of its name are one: the face and what is behind it. */
    ArchRule noPackageCycles() {
        return slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        String name = type.getPackageName();
                        return name.equals(root) || !name.startsWith(root + ".")
                                ? SliceIdentifier.ignore()
                                : SliceIdentifier.of(
                                        name.substring(root.length() + 1).replaceFirst("^internal\\.", ""));
                    }

                    @Override
                    public String getDescription() {
                        return "packages, the public and the internal one of a name together";
                    }
                })
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true);
    }

    /** Whom a connection is for is told through its listener. */
    ArchRule connectionKnowsNoSession() {
        return noClasses()
                .that(resideInAPackage(tree("connection")))
                .should()
                .dependOnClassesThat(
                        named("jakarta.websocket.Session", root + ".HawserSession", "jakarta.websocket.RemoteEndpoint"))
                .allowEmptyShould(true);
    }

    ArchRule protocolIsPureComputation() {
        return noClasses()
                .that(resideInAPackage(tree("protocol")))
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(tree("protocol"), tree("http"), root + ".extension")
                        .or(named(root + ".HandshakeRejectedException"))
                        .or(resideInAnyPackage("java.lang", "java.lang.annotation", "java.lang.invoke"))
                        .or(resideInAnyPackage("java.lang.runtime", "java.nio", "java.nio.charset"))
                        .or(resideInAnyPackage("java.util", "java.util.function", "java.util.stream", "java.util.zip"))
                        // The pool of (de)flaters is shared by connections, without waiting for one another.
                        .or(resideInAPackage("java.util.concurrent.atomic"))
                        .or(named("java.util.concurrent.ConcurrentLinkedQueue"))
                        .or(resideInAPackage("org.jspecify.annotations"))
                        // Digests: Sec-WebSocket-Accept, RFC 6455 4.2.2, is a SHA-1.
                        .or(resideInAPackage("java.security"))
                        .or(primitivesAndArrays())))
                .allowEmptyShould(true)
                .as("protocol uses java.lang, java.nio, java.util, java.util.zip and nothing that opens, waits or"
                        + " logs");
    }

    ArchRule protocolHasNoThreadsClocksOrLogs() {
        return noClasses()
                .that(resideInAPackage(tree("protocol")))
                .should()
                .dependOnClassesThat(named("java.lang.Thread", "java.lang.System$Logger", "java.lang.Runtime"))
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .allowEmptyShould(true);
    }

    ArchRule protocolHasNoLocks() {
        DescribedPredicate<JavaClass> protocol = resideInAPackage(tree("protocol"));
        return CompositeArchRule.of(noClasses()
                        .that(protocol)
                        .should()
                        .dependOnClassesThat(resideInAPackage("java.util.concurrent.locks"))
                        .allowEmptyShould(true))
                .and(noMethods()
                        .that()
                        .areDeclaredInClassesThat(protocol)
                        .should()
                        .haveModifier(JavaModifier.SYNCHRONIZED)
                        .allowEmptyShould(true))
                .as("protocol takes no lock");
    }

    ArchRule servletTypesStayInTheAdapters() {
        return onlyIn(List.of("servlet", "jetty", "tomcat", "undertow"), resideInAPackage("jakarta.servlet.."));
    }

    ArchRule jettyTypesStayInTheJettyTransport() {
        return onlyIn(List.of("jetty"), resideInAPackage("org.eclipse.jetty.."));
    }

    ArchRule tomcatTypesStayInTheTomcatTransport() {
        return onlyIn(List.of("tomcat"), resideInAnyPackage(TOMCAT));
    }

    ArchRule undertowTypesStayInTheUndertowTransport() {
        return onlyIn(List.of("undertow"), resideInAnyPackage("io.undertow..", "org.xnio.."));
    }

    ArchRule networkStaysAtTheEdges() {
        return onlyIn(
                List.of("client", "transport", "servlet", "jetty", "tomcat", "undertow"),
                resideInAnyPackage("java.net", "java.net.http", "java.nio.channels..", "javax.net..")
                        .and(not(describe("values", c -> HARMLESS.contains(c.getName())))));
    }

    ArchRule namesSayWhatTheTypeIs() {
        return noClasses().that(ours()).should().haveNameMatching(EMPTY_WORD).allowEmptyShould(true);
    }

    ArchRule noInheritanceAmongOurClasses() {
        DescribedPredicate<JavaClass> extendsOneOfOurs = describe(
                "extend a class of ours",
                c -> c.getRawSuperclass()
                        // An enum constant with a body is a subclass of its enum.
                        .filter(s -> ours().test(s) && !s.isEnum() && !s.isAssignableTo(Throwable.class))
                        .isPresent());
        return noClasses()
                .that(ours())
                .should(com.tngtech.archunit.lang.conditions.ArchConditions.be(extendsOneOfOurs))
                .allowEmptyShould(true)
                .as("no class extends a class of ours, except exceptions");
    }

    ArchRule userCodeIsCalledThroughMethodHandles() {
        return noClasses()
                .that(ours())
                .should()
                .callMethod(Method.class, "invoke", Object.class, Object[].class)
                .allowEmptyShould(true);
    }

    ArchRule nothingIsPrinted() {
        return noClasses()
                .that(ours())
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .allowEmptyShould(true);
    }

    ArchRule logsGoThroughSystemLogger() {
        return noClasses()
                .that(ours())
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.apache..")
                        .and(not(resideInAnyPackage(TOMCAT).and(not(resideInAPackage("org.apache.juli.."))))))
                .allowEmptyShould(true);
    }

    ArchRule nothingSleeps() {
        return noClasses()
                .that(ours())
                .should()
                .callMethodWhere(describe(
                        "sleep",
                        call -> call.getTarget().getName().equals("sleep")
                                && Set.of("java.lang.Thread", "java.util.concurrent.TimeUnit")
                                        .contains(call.getTarget().getOwner().getName())))
                .allowEmptyShould(true);
    }

    /** The stop of a container is ours, too; a hook would keep an undeployed application alive until the JVM ends. */
    ArchRule nothingHooksIntoTheEndOfTheJvm() {
        return noClasses()
                .that(ours())
                .should()
                .callMethod(Runtime.class, "addShutdownHook", Thread.class)
                .allowEmptyShould(true);
    }

    private ArchRule publicTypesUseNothingOfOurs() {
        return noClasses()
                .that(resideInAnyPackage(root, root + ".extension"))
                .should()
                .dependOnClassesThat(ours().and(not(resideInAnyPackage(root, root + ".extension", tree("http")))))
                .allowEmptyShould(true);
    }

    private ArchRule dispatchUsesLogAlone() {
        return noClasses()
                .that(resideInAPackage(tree("dispatch")))
                .should()
                .dependOnClassesThat(
                        not(resideInAnyPackage(tree("dispatch"), tree("log"), "java..", "org.jspecify.annotations")
                                .or(primitivesAndArrays())))
                .allowEmptyShould(true);
    }

    /**
     * {@code layer}, its sub-packages and its public face, the public packages that all may use, and of ours otherwise
     * only {@code lower}.
     */
    private ArchRule uses(String layer, String... lower) {
        Stream<String> layers = Stream.concat(Stream.of(layer), Stream.of(lower));
        String[] allowed = Stream.concat(
                        Stream.of(root, root + ".extension"), layers.flatMap(l -> Stream.of(tree(l), face(l))))
                .toArray(String[]::new);
        return noClasses()
                .that(resideInAnyPackage(tree(layer), face(layer)))
                .should()
                .dependOnClassesThat(ours().and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true);
    }

    private ArchRule onlyIn(List<String> layers, DescribedPredicate<JavaClass> types) {
        return noClasses()
                .that(ours().and(not(resideInAnyPackage(layers.stream()
                        .flatMap(l -> Stream.of(tree(l), face(l)))
                        .toArray(String[]::new)))))
                .should()
                .dependOnClassesThat(types)
                .allowEmptyShould(true);
    }

    private DescribedPredicate<JavaClass> ours() {
        return resideInAPackage(root + "..");
    }

    private String tree(String layer) {
        return root + ".internal." + layer + "..";
    }

    /** The public package of that name, whether or not there is one. */
    private String face(String layer) {
        return root + "." + layer;
    }

    private static DescribedPredicate<JavaClass> primitivesAndArrays() {
        return describe(
                "primitives and arrays of them", c -> c.getBaseComponentType().isPrimitive());
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return describe("are " + List.of(names), c -> Set.of(names).contains(c.getName()));
    }

    private static String[] also(List<String> layers, String... more) {
        List<String> all = new ArrayList<>(layers);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
