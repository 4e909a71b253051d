package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HawserSession;
import jakarta.servlet.http.HttpSession;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.simp.user.SimpUserRegistry;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.socket.EnableWebSocketSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.messaging.access.intercept.MessageMatcherDelegatingAuthorizationManager;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

class SecurityTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @RestController
    static class Login {
        @GetMapping("/token")
        String token(CsrfToken token, HttpSession session) {
            return token.getToken();
        }
    }

    @Controller
    static class Mirror {
        @MessageMapping("/me")
        @SendToUser("/queue/me")
        String me(Principal user) {
            return "you are " + user.getName();
        }
    }

    @ServerEndpoint("/whoami")
    static class WhoAmI {
        @OnMessage
        String name(String text, Session session) {
            return session.getUserPrincipal().getName() + " " + (session instanceof HawserSession);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebSocketMessageBroker
    @EnableWebSocketSecurity
    @Import({Login.class, Mirror.class, WhoAmI.class})
    static class App implements WebSocketMessageBrokerConfigurer {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .httpBasic(basic -> basic.securityContextRepository(new HttpSessionSecurityContextRepository()))
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("ada").password("{noop}pw").roles("USER").build(),
                    User.withUsername("eve").password("{noop}pw").roles("USER").build());
        }

        @Bean
        AuthorizationManager<Message<?>> messages(MessageMatcherDelegatingAuthorizationManager.Builder messages) {
            return messages.anyMessage().authenticated().build();
        }

        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.addEndpoint("/stomp");
        }

        @Override
        public void configureMessageBroker(MessageBrokerRegistry registry) {
            registry.setApplicationDestinationPrefixes("/app").enableSimpleBroker("/topic", "/queue");
        }
    }

    /** A user who has logged in with her browser. */
    private record LoggedIn(String cookie, String csrf) {
        static LoggedIn now() throws Exception {
            return as("ada");
        }

        static LoggedIn as(String user) throws Exception {
            String credentials = Base64.getEncoder().encodeToString((user + ":pw").getBytes(StandardCharsets.UTF_8));
            HttpResponse<String> response = HTTP.send(
                    HttpRequest.newBuilder(app.http("/token"))
                            .header("Authorization", "Basic " + credentials)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode());
            String cookie = "";
            for (String each : response.headers().allValues("Set-Cookie")) {
                cookie = each.startsWith("JSESSIONID=") ? each.substring(0, each.indexOf(';')) : cookie;
            }
            return new LoggedIn(cookie, response.body());
        }

        Peer open(String path) {
            return Peer.connect(app.ws(path), "Cookie", cookie);
        }
    }

    private static SpringApp app;

    @BeforeAll
    static void start() {
        app = SpringApp.startSecured(App.class);
        app.assertIsOnServerOfThisModule();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void aHandshakeWithoutAUserIsRefusedBySpringSecurityBeforeHawserSeesIt() {
        assertEquals(401, Peer.refusal(app.ws("/whoami")));
        assertEquals(401, Peer.refusal(app.ws("/stomp")));
    }

    @Test
    void theUserOfSpringSecurityIsThePrincipalOfTheSession() throws Exception {
        try (Peer peer = LoggedIn.now().open("/whoami")) {
            assertEquals("ada true", peer.send("?").receive());
        }
    }

    @Test
    void logoutClosesTheWebSocketsOfTheUserWith1008() throws Exception {
        LoggedIn user = LoggedIn.now();
        try (Peer peer = user.open("/whoami");
                Peer stomp = user.open("/stomp")) {
            assertEquals("ada true", peer.send("?").receive());
            HttpResponse<Void> response = HTTP.send(
                    HttpRequest.newBuilder(app.http("/logout"))
                            .header("Cookie", user.cookie())
                            .header("X-CSRF-TOKEN", user.csrf())
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertTrue(response.statusCode() < 400, () -> "logout answered " + response.statusCode());
            peer.assertClosedWith(1008);
            stomp.assertClosedWith(1008);
        }
    }

    @Test
    void aStompConnectNeedsTheCsrfToken() throws Exception {
        LoggedIn user = LoggedIn.now();
        try (Peer peer = user.open("/stomp")) {
            peer.send("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
            String refused = peer.receive();
            assertTrue(refused.startsWith("ERROR\n"), refused);
        }
        try (Peer peer = user.open("/stomp")) {
            peer.send("CONNECT\naccept-version:1.2\nhost:here\nX-CSRF-TOKEN:" + user.csrf() + "\n\n\0");
            String connected = peer.receive();
            assertTrue(connected.startsWith("CONNECTED\n"), connected);
            assertTrue(connected.contains("\nuser-name:ada\n"), connected);
            assertTrue(
                    app.bean(HawserServer.class).container().getOpenSessions().size() > 0, "Hawser has no session");
            assertTrue(app.bean(SimpUserRegistry.class).getUser("ada") != null, "the user is not registered");
        }
    }

    /** Asks again until there is an answer, because the broker may learn of a subscription after the next frame. */
    private static String answer(Peer peer, String frame) throws InterruptedException {
        String answer = null;
        for (int i = 0; i < 30 && answer == null; i++) {
            answer = peer.send(frame).receiveInASecond();
        }
        return String.valueOf(answer);
    }

    @Test
    void aUserGetsWhatIsSentToHerAndIsRegisteredWhileHerSocketIsOpen() throws Exception {
        SimpUserRegistry users = app.bean(SimpUserRegistry.class);
        LoggedIn user = LoggedIn.as("eve");
        try (Peer peer = user.open("/stomp")) {
            peer.send("CONNECT\naccept-version:1.2\nhost:here\nX-CSRF-TOKEN:" + user.csrf() + "\n\n\0");
            assertTrue(peer.receive().startsWith("CONNECTED\n"));
            peer.send("SUBSCRIBE\nid:0\ndestination:/user/queue/me\n\n\0");
            String message = answer(peer, "SEND\ndestination:/app/me\n\n\0");
            assertTrue(message.startsWith("MESSAGE\ndestination:/user/queue/me\n"), message);
            assertTrue(message.endsWith("\n\nyou are eve\0"), message);
            assertEquals(1, users.getUser("eve").getSessions().size());
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (users.getUser("eve") != null) {
            assertTrue(System.nanoTime() < deadline, "the user stays registered");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
