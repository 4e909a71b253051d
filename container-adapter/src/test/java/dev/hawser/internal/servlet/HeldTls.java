package dev.hawser.internal.servlet;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.apache.tomcat.util.net.SSLContext;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.net.SSLUtil;
import org.apache.tomcat.util.net.jsse.JSSEImplementation;
import org.apache.tomcat.util.net.jsse.JSSEUtil;

/**
 * The JDK's TLS for a Tomcat on NIO2, in which a test can hold the next thread of Tomcat's that is about to decrypt a
 * record. Name it as {@code sslImplementationName}.
 */
public final class HeldTls extends JSSEImplementation {
    private static final AtomicReference<Hold> NEXT = new AtomicReference<>();

    /** One thread that waits before it decrypts, until it is released. */
    static final class Hold implements AutoCloseable {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        boolean hasArrived() {
            return arrived.getCount() == 0;
        }

        @Override
        public void close() {
            NEXT.compareAndSet(this, null);
            released.countDown();
        }

        private void await() throws SSLException {
            arrived.countDown();
            try {
                if (!released.await(60, TimeUnit.SECONDS)) {
                    throw new SSLException("held for too long");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Holds the next thread that decrypts, on any connection. */
    static Hold holdNext() {
        Hold hold = new Hold();
        NEXT.set(hold);
        return hold;
    }

    @Override
    public SSLUtil getSSLUtil(SSLHostConfigCertificate certificate) {
        return new JSSEUtil(certificate) {
            @Override
            public SSLContext createSSLContextInternal(List<String> negotiableProtocols)
                    throws NoSuchAlgorithmException {
                return holding(super.createSSLContextInternal(negotiableProtocols));
            }
        };
    }

    private static SSLContext holding(SSLContext context) {
        return (SSLContext) Proxy.newProxyInstance(
                HeldTls.class.getClassLoader(), new Class<?>[] {SSLContext.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(context, arguments);
                        return result instanceof SSLEngine engine ? new Engine(engine) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** All is the JDK's, but for the wait in {@link #unwrap}. */
    private static final class Engine extends SSLEngine {
        private final SSLEngine real;

        Engine(SSLEngine real) {
            this.real = real;
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] into, int offset, int length)
                throws SSLException {
            Hold hold = isInReadCall() ? null : NEXT.getAndSet(null);
            if (hold != null) {
                hold.await();
            }
            return real.unwrap(source, into, offset, length);
        }

        /** Whether bytes were there already when the read began, so that the caller has a lock. */
        private static boolean isInReadCall() {
            return StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getClassName().endsWith(".Nio2Wire")));
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer into) throws SSLException {
            return real.wrap(sources, offset, length, into);
        }

        @Override
        public Runnable getDelegatedTask() {
            return real.getDelegatedTask();
        }

        @Override
        public void closeInbound() throws SSLException {
            real.closeInbound();
        }

        @Override
        public boolean isInboundDone() {
            return real.isInboundDone();
        }

        @Override
        public void closeOutbound() {
            real.closeOutbound();
        }

        @Override
        public boolean isOutboundDone() {
            return real.isOutboundDone();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return real.getSupportedCipherSuites();
        }

        @Override
        public String[] getEnabledCipherSuites() {
            return real.getEnabledCipherSuites();
        }

        @Override
        public void setEnabledCipherSuites(String[] suites) {
            real.setEnabledCipherSuites(suites);
        }

        @Override
        public String[] getSupportedProtocols() {
            return real.getSupportedProtocols();
        }

        @Override
        public String[] getEnabledProtocols() {
            return real.getEnabledProtocols();
        }

        @Override
        public void setEnabledProtocols(String[] protocols) {
            real.setEnabledProtocols(protocols);
        }

        @Override
        public SSLSession getSession() {
            return real.getSession();
        }

        @Override
        public SSLSession getHandshakeSession() {
            return real.getHandshakeSession();
        }

        @Override
        public void beginHandshake() throws SSLException {
            real.beginHandshake();
        }

        @Override
        public HandshakeStatus getHandshakeStatus() {
            return real.getHandshakeStatus();
        }

        @Override
        public void setUseClientMode(boolean isClient) {
            real.setUseClientMode(isClient);
        }

        @Override
        public boolean getUseClientMode() {
            return real.getUseClientMode();
        }

        @Override
        public void setNeedClientAuth(boolean need) {
            real.setNeedClientAuth(need);
        }

        @Override
        public boolean getNeedClientAuth() {
            return real.getNeedClientAuth();
        }

        @Override
        public void setWantClientAuth(boolean want) {
            real.setWantClientAuth(want);
        }

        @Override
        public boolean getWantClientAuth() {
            return real.getWantClientAuth();
        }

        @Override
        public void setEnableSessionCreation(boolean enabled) {
            real.setEnableSessionCreation(enabled);
        }

        @Override
        public boolean getEnableSessionCreation() {
            return real.getEnableSessionCreation();
        }

        @Override
        public SSLParameters getSSLParameters() {
            return real.getSSLParameters();
        }

        @Override
        public void setSSLParameters(SSLParameters parameters) {
            real.setSSLParameters(parameters);
        }

        @Override
        public String getApplicationProtocol() {
            return real.getApplicationProtocol();
        }

        @Override
        public String getHandshakeApplicationProtocol() {
            return real.getHandshakeApplicationProtocol();
        }

        @Override
        public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
            real.setHandshakeApplicationProtocolSelector(selector);
        }

        @Override
        public BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
            return real.getHandshakeApplicationProtocolSelector();
        }
    }
}
