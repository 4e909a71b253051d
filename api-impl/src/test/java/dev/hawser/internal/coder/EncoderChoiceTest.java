package dev.hawser.internal.coder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import jakarta.websocket.Encoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which encoder takes a class of message is remembered, and that holds neither the class nor the list. */
class EncoderChoiceTest {
    @Test
    void aClassOfMessageCanBeUnloadedWhileTheListIsInUse() throws Exception {
        EncoderList list = EncoderList.of(List.of(AnyEncoder.class));
        WeakReference<ClassLoader> loader = chooseForUnloadable(list);
        for (int i = 0; i < 50 && loader.get() != null; i++) {
            System.gc();
        }
        assertNull(loader.get(), "the list holds the class of a message");
        assertEquals(EncoderList.Route.TEXT, list.chooseForObject(Object.class).route());
    }

    @Test
    void aListCanBeCollectedWhileTheClassesOfItsMessagesLiveOn() throws Exception {
        WeakReference<EncoderList> list = new WeakReference<>(chosenForInteger());
        for (int i = 0; i < 50 && list.get() != null; i++) {
            System.gc();
        }
        assertNull(list.get(), "java.lang.Integer holds the list");
    }

    @Test
    void eachListRemembersItsOwnChoice() throws Exception {
        EncoderList none = EncoderList.of(List.of());
        EncoderList any = EncoderList.of(List.of(AnyEncoder.class));
        for (int i = 0; i < 2; i++) {
            assertEquals(
                    EncoderList.Route.STRING,
                    none.chooseForObject(Integer.class).route());
            assertEquals(
                    EncoderList.Route.TEXT, any.chooseForObject(Integer.class).route());
            assertEquals(
                    EncoderList.Route.TEXT, any.chooseForObject(byte[].class).route());
            assertEquals(
                    EncoderList.Route.BYTES, any.chooseForResult(byte[].class).route());
            assertEquals(
                    EncoderList.Route.NONE, none.chooseForObject(Object.class).route());
        }
    }

    private static EncoderList chosenForInteger() throws Exception {
        EncoderList list = EncoderList.of(List.of(AnyEncoder.class));
        list.chooseForObject(Integer.class);
        list.chooseForResult(Integer.class);
        return list;
    }

    private static WeakReference<ClassLoader> chooseForUnloadable(EncoderList list) throws Exception {
        ClassLoader loader = new Redefining();
        Class<?> message = loader.loadClass(Unloadable.class.getName());
        assertNotSame(Unloadable.class, message);
        list.chooseForObject(message);
        list.chooseForResult(message);
        return new WeakReference<>(loader);
    }

    /** A class of message. */
    public static class Unloadable {}

    /** Defines that class itself, as the class loader of a script or of an application that is part of another does. */
    private static final class Redefining extends ClassLoader {
        Redefining() {
            super(EncoderChoiceTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Unloadable.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Takes everything. */
    public static class AnyEncoder implements Encoder.Text<Object> {
        @Override
        public String encode(Object object) {
            return object.toString();
        }
    }
}
