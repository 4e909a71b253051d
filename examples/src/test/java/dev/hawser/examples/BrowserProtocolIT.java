package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.examples.Chromium.Tab;
import dev.hawser.examples.DemoProcess.Addresses;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a script in a browser sees of the protocol; docs/protocol.md cites each of these. */
class BrowserProtocolIT {
    /** Functions that the scripts below are written with. */
    private static final String VOCABULARY = """
            const address = (path) => location.origin.replace(/^http/, 'ws') + path;
            const when = (socket, type) =>
                new Promise((resolve) => socket.addEventListener(type, resolve, {once: true}));
            const opened = async (path) => { const s = new WebSocket(address(path)); await when(s, 'open'); return s; };
            const end = async (socket) => {
                const e = await when(socket, 'close');
                return `${e.code} ${e.reason} ${e.wasClean}`;
            };
            const thrown = (action) => { try { action(); return 'nothing'; } catch (e) { return e.name; } };
            """;

    private static Chromium chromium;
    private static DemoProcess demo;
    private static Addresses addresses;
    private static Tab page;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.start();
        demo = DemoProcess.startOnFreePorts();
        addresses = demo.awaitAddresses();
        page = chromium.open(addresses.http());
    }

    @AfterAll
    static void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    private static String inPage(String script) {
        return String.valueOf(page.runAsync(VOCABULARY + script));
    }

    @Test
    void sendWhileConnectingThrows() {
        assertEquals("0 InvalidStateError", inPage("""
                        const socket = new WebSocket(address('/echo'));
                        const state = socket.readyState;
                        const error = thrown(() => socket.send('too early'));
                        await when(socket, 'open');
                        socket.close();
                        return state + ' ' + error;
                        """));
    }

    @Test
    void sendAfterCloseIsDroppedWithoutAnError() {
        assertEquals("2 nothing 1000 done true", inPage("""
                        const socket = await opened('/echo');
                        socket.close(1000, 'done');
                        const error = thrown(() => socket.send('too late'));
                        return socket.readyState + ' ' + error + ' ' + await end(socket);
                        """));
    }

    @Test
    void binaryTypeChoosesBetweenBlobAndArrayBuffer() {
        assertEquals("Blob 1,2,3 ArrayBuffer 4,5,6", inPage("""
                        const socket = await opened('/echo');
                        socket.send(new Uint8Array([1, 2, 3]));
                        const first = (await when(socket, 'message')).data;
                        socket.binaryType = 'arraybuffer';
                        socket.send(new Blob([new Uint8Array([4, 5, 6])]));
                        const second = (await when(socket, 'message')).data;
                        socket.close();
                        return first.constructor.name + ' ' + new Uint8Array(await first.arrayBuffer())
                            + ' ' + second.constructor.name + ' ' + new Uint8Array(second);
                        """));
    }

    @Test
    void aMessageIsOneEventHoweverManyFramesCarryIt() {
        assertEquals("1 3000000", inPage("""
                        const socket = await opened('/echo');
                        let events = 0;
                        socket.addEventListener('message', () => events++);
                        socket.send('x'.repeat(3_000_000));
                        const length = (await when(socket, 'message')).data.length;
                        socket.close();
                        await when(socket, 'close');
                        return events + ' ' + length;
                        """));
    }

    @Test
    void textAndBinaryStayWhatTheyWere() {
        assertEquals("string Blob", inPage("""
                        const socket = await opened('/echo');
                        socket.send('');
                        const text = (await when(socket, 'message')).data;
                        socket.send(new ArrayBuffer(0));
                        const binary = (await when(socket, 'message')).data;
                        socket.close();
                        return typeof text + ' ' + binary.constructor.name;
                        """));
    }

    @Test
    void halfACharacterIsSentAsTheReplacementCharacter() {
        assertEquals("fffd", inPage("""
                        const socket = await opened('/echo');
                        socket.send('\\ud83d');
                        const text = (await when(socket, 'message')).data;
                        socket.close();
                        return text.charCodeAt(0).toString(16);
                        """));
    }

    @Test
    void bufferedAmountGrowsAtOnceAndDrains() {
        assertEquals("true 1000000 0", inPage("""
                        const socket = await opened('/echo');
                        socket.send(new ArrayBuffer(1_000_000));
                        const buffered = socket.bufferedAmount;
                        await when(socket, 'message');
                        const drained = socket.bufferedAmount;
                        socket.close();
                        return (buffered > 0) + ' ' + buffered + ' ' + drained;
                        """));
    }

    @Test
    void aCleanCloseHasTheCodeAndTheReasonOfTheClosingHandshake() {
        assertEquals(
                "1000 enough true",
                inPage("const socket = await opened('/echo'); socket.close(1000, 'enough'); return end(socket);"));
    }

    @Test
    void aCloseWithoutCodeIsReportedAs1005() {
        assertEquals("1005  true", inPage("const socket = await opened('/echo'); socket.close(); return end(socket);"));
    }

    @Test
    void aScriptMayCloseWith1000And3000To4999Only() {
        assertEquals(
                "InvalidAccessError InvalidAccessError InvalidAccessError InvalidAccessError InvalidAccessError",
                inPage("""
                        const socket = await opened('/echo');
                        const errors = [1001, 1002, 1011, 2999, 5000].map((code) => thrown(() => socket.close(code)));
                        socket.close();
                        return errors.join(' ');
                        """));
        assertEquals("3000 a true, 4999 b true", inPage("""
                        const first = await opened('/echo');
                        first.close(3000, 'a');
                        const firstEnd = await end(first);
                        const second = await opened('/echo');
                        second.close(4999, 'b');
                        return firstEnd + ', ' + await end(second);
                        """));
    }

    @Test
    void aReasonHasAtMost123BytesOfUtf8() {
        assertEquals("SyntaxError 1000 123 true", inPage("""
                        const socket = await opened('/echo');
                        const error = thrown(() => socket.close(1000, 'ä'.repeat(62)));
                        socket.close(1000, 'ä'.repeat(61) + 'x');
                        const {code, reason, wasClean} = await when(socket, 'close');
                        return error + ' ' + code + ' ' + new TextEncoder().encode(reason).length + ' ' + wasClean;
                        """));
    }

    @Test
    void aRefusedHandshakeIsAnErrorEventAndThen1006WithoutTheStatus() {
        assertEquals("error 1006  false", inPage("""
                        const socket = new WebSocket(address('/nothing-is-here'));
                        const order = [];
                        socket.addEventListener('error', () => order.push('error'));
                        const close = await end(socket);
                        return order + ' ' + close;
                        """));
    }

    @Test
    void anEndpointCanCloseWithACodeAndAReasonThatTheScriptSees() {
        assertEquals(
                "1008 a name has 1 to 32 characters, all of them visible true",
                inPage("return end(new WebSocket(address('/chat?name=')));"));
    }

    @Test
    void aMessageThatIsTooLargeIs1009AndNotAnErrorFrame() {
        assertEquals("1009 true", inPage("""
                        const socket = await opened('/chat?name=Ada');
                        socket.send('say ' + 'x'.repeat(20_000));
                        const {code, wasClean} = await when(socket, 'close');
                        return code + ' ' + wasClean;
                        """));
    }

    @Test
    void pingAndPongAreNotShownToScripts() {
        assertEquals(
                "false false",
                inPage("return ('ping' in WebSocket.prototype) + ' ' + ('onping' in WebSocket.prototype);"));
    }

    @Test
    void aServerThatVanishesIs1006AndNotClean() throws Exception {
        try (DemoProcess shortLived = DemoProcess.startOnFreePorts()) {
            Tab other = chromium.open(shortLived.awaitAddresses().http());
            other.runAsync(VOCABULARY
                    + "const socket = await opened('/echo'); end(socket).then((e) => document.body.dataset.end = e);");
            shortLived.close(); // kill -9: no closing handshake
            other.await("document.body.dataset.end === '1006  false'");
        }
    }
}
