package dev.hawser.examples;

import dev.hawser.examples.Chromium.Tab;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The chat page as a person uses it: fields, buttons and what is to be seen. */
final class ChatTab {
    private final Tab tab;

    private ChatTab(Tab tab) {
        this.tab = tab;
    }

    /** Opens the page and joins. */
    static ChatTab join(Chromium chromium, URI address, String name) {
        ChatTab chat = new ChatTab(chromium.open(address));
        chat.tab.front().findElement(By.id("name")).sendKeys(Keys.chord(Keys.CONTROL, "a"), name, Keys.ENTER);
        chat.awaitOpen();
        return chat;
    }

    Tab tab() {
        return tab;
    }

    /** Waits until the server has said welcome. */
    void awaitOpen() {
        tab.await("chat.dataset.state === 'open' && chat.dataset.members > 0");
    }

    void awaitState(String state) {
        tab.await("chat.dataset.state === '" + state + "'");
    }

    void awaitMembers(int count) {
        tab.await("chat.dataset.members === '" + count + "'");
    }

    void say(String text) {
        tab.front().findElement(By.id("text")).sendKeys(text, Keys.ENTER);
    }

    /** Waits for a text by a member, exactly as written. */
    void awaitText(String from, String text) {
        tab.await("[...document.querySelectorAll('#log [data-kind=text]')].some((entry) => entry.dataset.from === "
                + literal(from) + " && entry.querySelector('.text').textContent === " + literal(text) + ")");
    }

    /** The texts in the log, in their order, of those that begin as given. */
    List<String> texts(String begin) {
        Object texts = tab.run(
                "return [...document.querySelectorAll('#log [data-kind=text] .text')]"
                        + ".map((text) => text.textContent).filter((text) => text.startsWith(arguments[0]))",
                begin);
        return ((List<?>) texts).stream().map(String::valueOf).toList();
    }

    void send(Path file) {
        tab.front().findElement(By.id("file")).sendKeys(file.toString());
    }

    /** Waits until a file is there whole, and returns its SHA-256 as the browser computed it from what it got. */
    String awaitFile(String fileName) {
        String entry = "document.querySelector(`#log [data-file-name=" + literal(fileName) + "]`)";
        tab.await(entry + "?.dataset.sha256?.length === 64");
        return String.valueOf(tab.run("return " + entry + ".dataset.sha256"));
    }

    /** Waits until the server has confirmed a file that this tab sent. */
    void awaitSent(String fileName) {
        tab.await(
                "document.querySelector(`#log [data-file-name=" + literal(fileName) + "]`).dataset.progress === '100'");
    }

    /** Waits until a picture is painted. */
    void awaitPicture(String fileName) {
        tab.await("document.querySelector(`#log .loaded[data-file-name=" + literal(fileName)
                + "] img`)?.naturalWidth > 0");
    }

    void click(String id) {
        tab.front().findElement(By.id(id)).click();
    }

    /** A data attribute of the chat: state, closeCode, closeReason, wasClean, attempt, roundtrip. */
    String attribute(String name) {
        return String.valueOf(tab.run("return chat.dataset[arguments[0]]", name));
    }

    /** A JavaScript string. */
    private static String literal(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
