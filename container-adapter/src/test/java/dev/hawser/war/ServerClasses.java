package dev.hawser.war;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/**
 * The class path of a server, and the class loader above those of its WARs. Of the tests' own classes it has only the
 * {@code Bare*} servers, which it defines itself, and {@link BareServer}, which it shares with the test.
 */
final class ServerClasses extends URLClassLoader {
    private static final String OWN = BareServer.class.getPackageName() + ".Bare";

    ServerClasses(List<URL> urls) {
        super(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.equals(BareServer.class.getName())) {
            return BareServer.class;
        }
        if (!name.startsWith(OWN)) {
            return super.findClass(name);
        }
        try (InputStream in =
                BareServer.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
