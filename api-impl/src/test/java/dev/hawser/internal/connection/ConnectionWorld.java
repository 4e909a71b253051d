package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@link ConnectionState} and what surrounds it, in a model: a transport that is open or not, the endpoint's queue,
 * the peer that counts close frames. A step is a line, such as "cut", "claim", "done ABORT_TRANSPORT", "throws
 * SEND_CLOSE", "throws behind QUEUE_ENDED", "turn".
 */
@SuppressWarnings("StaticAssignmentOfThrowable") // only handed on, in millions of steps; nobody reads their stacks
final class ConnectionWorld {
    private static final RemoteProtocolException VIOLATION =
            new RemoteProtocolException(CloseCode.PROTOCOL_ERROR, "bad");
    private static final IOException RESET = new IOException("reset");

    /** What the network, the peer, the application and the container may do at any time, any number of times. */
    static final Map<String, Consumer<ConnectionState>> EVENTS = events();

    /** What only the answers of the state make happen, and what here comes out of order, too. */
    static final Map<String, Consumer<ConnectionState>> ANSWERS = answers();

    private static final Map<Class<?>, List<Field>> FIELDS = Stream.of(
                    ConnectionState.class, OwedActions.class, CloseCodes.class, EndCause.class)
            .collect(Collectors.toMap(type -> type, ConnectionWorld::fields));

    final ConnectionState state;
    final Set<ConnectionAction> claimed = EnumSet.noneOf(ConnectionAction.class);
    /** What the endpoint is told, in order. */
    final List<ConnectionAction> queue = new ArrayList<>();

    int delivered;
    int closeFrames;
    boolean settingUp;
    boolean opened;
    boolean freed;
    boolean forgotten;
    int failures;

    ConnectionWorld(Role role) {
        state = new ConnectionState(role);
    }

    private static List<Field> fields(Class<?> of) {
        List<Field> fields = Stream.of(of.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .toList();
        fields.forEach(field -> field.setAccessible(true));
        return fields;
    }

    private static void copyFields(Object from, Object to) throws IllegalAccessException {
        for (Field field : FIELDS.get(from.getClass())) {
            if (FIELDS.containsKey(field.getType())) {
                copyFields(field.get(from), field.get(to));
            } else if (!Modifier.isFinal(field.getModifiers())) {
                field.set(to, field.get(from));
            }
        }
    }

    /** A copy that goes its own way. */
    ConnectionWorld copy(Role role) {
        ConnectionWorld copy = new ConnectionWorld(role);
        try {
            copyFields(state, copy.state);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        copy.claimed.addAll(claimed);
        copy.queue.addAll(queue);
        copy.delivered = delivered;
        copy.closeFrames = closeFrames;
        copy.settingUp = settingUp;
        copy.opened = opened;
        copy.freed = freed;
        copy.forgotten = forgotten;
        copy.failures = failures;
        return copy;
    }

    private static Map<String, Consumer<ConnectionState>> events() {
        Map<String, Consumer<ConnectionState>> events = new LinkedHashMap<>();
        events.put("weClose", state -> state.weClose(1000, "ours", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION));
        events.put("peerClosed", state -> state.peerClosed(4000, "theirs"));
        events.put("violation", state -> state.violation(VIOLATION));
        events.put("endOfStream", state -> state.endOfStream(false));
        events.put("endOfStream midMessage", state -> state.endOfStream(true));
        events.put("broken", state -> state.broken(RESET));
        events.put("transportClosed", ConnectionState::transportClosed);
        events.put("cut", state -> state.cut("cut", CloseCause.STOPPED));
        return events;
    }

    private static Map<String, Consumer<ConnectionState>> answers() {
        Map<String, Consumer<ConnectionState>> answers = new LinkedHashMap<>();
        answers.put("sessionReady", ConnectionState::sessionReady);
        answers.put("openingFailed", ConnectionState::openingFailed);
        answers.put("peerCloseReached", state -> state.reached(InboundEvent.Kind.PEER_CLOSED));
        answers.put("failureReached", state -> state.reached(InboundEvent.Kind.FAILED));
        answers.put("closeFrameWritten", ConnectionState::closeFrameWritten);
        answers.put("closeFrameLost", ConnectionState::closeFrameLost);
        answers.put("retry", ConnectionState::retry);
        return answers;
    }

    /**
     * The steps that are possible now, if the surroundings keep to the rules.
     *
     * @param hanging how many actions may be under way, in other threads, while another one is carried out
     * @param throwing how many may throw
     */
    List<String> steps(int hanging, int throwing) {
        List<String> steps = new ArrayList<>(EVENTS.keySet());
        if (!opened) {
            steps.add("transportOpened");
        }
        if (settingUp) {
            steps.add("sessionReady");
            steps.add("openingFailed");
        }
        if (closeFrames > 0) {
            steps.add("closeFrameWritten");
            steps.add("closeFrameLost");
        }
        if (state.needsRetry()) {
            steps.add("retry");
        }
        if (claimed.size() <= hanging) {
            steps.add("claim");
        }
        for (ConnectionAction action : claimed) {
            steps.add("done " + action);
            if (failures < throwing) {
                steps.add("throws " + action);
                steps.add("throws behind " + action);
            }
        }
        if (delivered < queue.size()) {
            steps.add("turn");
        }
        return steps;
    }

    void step(String step) {
        if (step.startsWith("done ")) {
            settle(ConnectionAction.valueOf(step.substring(5)), true, true);
        } else if (step.startsWith("throws behind ")) {
            settle(ConnectionAction.valueOf(step.substring(14)), true, false);
        } else if (step.startsWith("throws ")) {
            settle(ConnectionAction.valueOf(step.substring(7)), false, false);
        } else {
            switch (step) {
                case "transportOpened" -> transportOpened();
                case "sessionReady" -> sessionReady();
                case "openingFailed" -> openingFailed();
                case "claim" -> claim();
                case "turn" -> {
                    if (delivered < queue.size()) {
                        turn();
                    }
                }
                default ->
                    (EVENTS.containsKey(step) ? EVENTS : ANSWERS).get(step).accept(state);
            }
        }
    }

    private void transportOpened() {
        opened = true;
        settingUp |= state.transportOpened();
    }

    private void sessionReady() {
        if (settingUp) {
            settingUp = false;
            enqueue(ConnectionAction.QUEUE_OPENED);
        }
        state.sessionReady();
    }

    private void openingFailed() {
        settingUp = false;
        state.openingFailed();
    }

    private ConnectionAction claim() {
        ConnectionAction action = state.claim();
        if (action != null) {
            claimed.add(action);
        }
        return action;
    }

    private void settle(ConnectionAction action, boolean effect, boolean success) {
        claimed.remove(action);
        if (!success) {
            failures++;
        }
        if (effect) {
            switch (action) {
                case SEND_CLOSE -> closeFrames++;
                case CLOSE_TRANSPORT, ABORT_TRANSPORT -> freed = true;
                case FORGET -> forgotten = true;
                case QUEUE_PEER_CLOSED, QUEUE_FAILED, QUEUE_ENDED -> enqueue(action);
                default -> {
                    // not counted
                }
            }
        }
        state.settled(action, success);
    }

    /** As {@link Inbox#add}: the same event twice is once. */
    private void enqueue(ConnectionAction event) {
        if (!queue.contains(event)) {
            queue.add(event);
        }
    }

    private void turn() {
        switch (queue.get(delivered++)) {
            case QUEUE_PEER_CLOSED -> state.reached(InboundEvent.Kind.PEER_CLOSED);
            case QUEUE_FAILED -> state.reached(InboundEvent.Kind.FAILED);
            case QUEUE_ENDED -> state.lastEventDelivered();
            default -> {
                // onOpen is the application's
            }
        }
    }

    /** What is due is done, and succeeds; what the endpoint is told waits for its turn. */
    void drain() {
        while (claim() != null) {
            for (ConnectionAction action : List.copyOf(claimed)) {
                settle(action, true, true);
            }
        }
    }

    /** Everything that is due is done, and succeeds, until nothing is. */
    void calmDown() {
        if (settingUp) {
            sessionReady();
        }
        boolean busy = true;
        while (busy) {
            state.retry();
            while (claim() != null) {
                // until a lane is busy
            }
            busy = !claimed.isEmpty() || delivered < queue.size();
            for (ConnectionAction action : List.copyOf(claimed)) {
                settle(action, true, true);
            }
            if (delivered < queue.size()) {
                turn();
            }
        }
    }

    /** Empty, or which law is broken. */
    String brokenLaw() {
        if (closeFrames > 1) {
            return "a second close frame";
        }
        if (!queue.isEmpty() && queue.get(0) != ConnectionAction.QUEUE_OPENED) {
            return "something comes before onOpen";
        }
        int end = queue.indexOf(ConnectionAction.QUEUE_ENDED);
        if (end >= 0 && end != queue.size() - 1) {
            return "something comes behind onClose";
        }
        if (forgotten
                && opened
                && !settingUp
                && queue.contains(ConnectionAction.QUEUE_OPENED)
                && delivered < queue.size()) {
            return "forgotten before onClose";
        }
        return "";
    }

    /** The same for a connection that is to be over. */
    String brokenLawOfTheEnd() {
        if (state.state() != Stage.GONE) {
            return "not gone but " + state;
        }
        if (opened && !freed) {
            return "a transport that was opened was neither closed nor aborted";
        }
        if (queue.contains(ConnectionAction.QUEUE_OPENED) != queue.contains(ConnectionAction.QUEUE_ENDED)) {
            return "one of onOpen and onClose without the other";
        }
        if (!forgotten) {
            return "not forgotten";
        }
        return brokenLaw();
    }

    /**
     * All that decides what can come next: two worlds of the same position have the same future. Codes and reasons
     * decide nothing.
     */
    String position() {
        StringBuilder position = new StringBuilder();
        try {
            for (Class<?> type : List.of(ConnectionState.class, OwedActions.class)) {
                Object owner = type == OwedActions.class ? actions() : state;
                for (Field field : FIELDS.get(type)) {
                    if (field.getType() == Stage.class || field.getType().isPrimitive()) {
                        position.append(field.get(owner)).append(' ');
                    }
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        queue.forEach(event -> position.append(event.name()).append(','));
        claimed.forEach(action -> position.append(action.name()).append(';'));
        return position.append(delivered)
                .append(closeFrames)
                .append(settingUp)
                .append(opened)
                .append(freed)
                .append(forgotten)
                .append(failures)
                .toString();
    }

    private Object actions() throws IllegalAccessException {
        for (Field field : FIELDS.get(ConnectionState.class)) {
            if (field.getType() == OwedActions.class) {
                return field.get(state);
            }
        }
        throw new AssertionError("a state without actions");
    }
}
