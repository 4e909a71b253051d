package dev.hawser.spring.test.chat;

import jakarta.websocket.Encoder;
import org.springframework.beans.factory.annotation.Autowired;

/** Not a bean, and autowired all the same. */
public class SignedEncoder implements Encoder.Text<Signed> {
    private final Greetings greetings;

    @Autowired
    public SignedEncoder(Greetings greetings) {
        this.greetings = greetings;
    }

    @Override
    public String encode(Signed signed) {
        return signed.text() + ", and " + greetings.of("reader");
    }
}
