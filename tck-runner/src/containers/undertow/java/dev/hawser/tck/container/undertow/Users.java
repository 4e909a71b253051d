package dev.hawser.tck.container.undertow;

import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.idm.PasswordCredential;
import java.security.Principal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The realm that each container under test has. */
final class Users implements IdentityManager {
    private static final Map<String, String> PASSWORDS = Map.of("ada", "lovelace", "grace", "hopper");
    private static final Map<String, Set<String>> ROLES = Map.of("ada", Set.of("member"), "grace", Set.of());

    private record User(String name) implements Account, Principal {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public Principal getPrincipal() {
            return this;
        }

        @Override
        public Set<String> getRoles() {
            return ROLES.getOrDefault(name, Set.of());
        }
    }

    @Override
    public Account verify(Account account) {
        return account;
    }

    @Override
    public @Nullable Account verify(String id, Credential credential) {
        String password = PASSWORDS.get(id);
        return password != null
                        && credential instanceof PasswordCredential given
                        && password.equals(String.valueOf(given.getPassword()))
                ? new User(id)
                : null;
    }

    @Override
    public @Nullable Account verify(Credential credential) {
        return null;
    }
}
