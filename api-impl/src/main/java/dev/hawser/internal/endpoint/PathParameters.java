package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.PrimitiveText;
import jakarta.websocket.DecodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code @PathParam} parameters of all methods of an endpoint (Jakarta WebSocket 4.3): each pair of name and type
 * has one slot, so that it is converted once per session. It is filled at deployment, and only read afterwards.
 */
final class PathParameters {
    private static final Values NONE = new Values(new Object[0], new DecodeException[0]);

    private final Set<String> templateVariables;
    private final List<Slot> slots = new ArrayList<>();

    PathParameters(Set<String> templateVariables) {
        this.templateVariables = templateVariables;
    }

    boolean isTemplateVariable(String name) {
        return templateVariables.contains(name);
    }

    /** The slot of a parameter; parameters of the same name and type share one. */
    int slotOf(String name, Class<?> type) {
        Slot slot = new Slot(name, type);
        int known = slots.indexOf(slot);
        if (known >= 0) {
            return known;
        }
        slots.add(slot);
        return slots.size() - 1;
    }

    /** Converts the values of one session; a variable without a value is null. */
    Values convert(Map<String, String> pathParameters) {
        if (slots.isEmpty()) {
            return NONE;
        }
        @Nullable Object[] values = new Object[slots.size()];
        @Nullable DecodeException[] failures = new DecodeException[slots.size()];
        for (int i = 0; i < values.length; i++) {
            Slot slot = slots.get(i);
            String text = pathParameters.get(slot.name());
            values[i] = PrimitiveText.zero(slot.type());
            try {
                if (text != null) {
                    values[i] = slot.type() == String.class
                            ? text
                            : PrimitiveText.parse(slot.type(), text, "path parameter {" + slot.name() + "}");
                }
            } catch (DecodeException e) {
                failures[i] = e;
            }
        }
        return new Values(values, failures);
    }

    private record Slot(String name, Class<?> type) {}

    /**
     * The converted values of one session, by slot. After a failed conversion the value is null, or a primitive's zero.
     */
    static final class Values {
        private final @Nullable Object[] bySlot;
        private final @Nullable DecodeException[] failures;

        Values(@Nullable Object[] bySlot, @Nullable DecodeException[] failures) {
            this.bySlot = bySlot;
            this.failures = failures;
        }

        @Nullable Object[] bySlot() {
            return bySlot;
        }

        /** The first failure, or null. */
        @Nullable DecodeException failure() {
            return Arrays.stream(failures).filter(Objects::nonNull).findFirst().orElse(null);
        }

        /** The first failure in these slots, or null. */
        @Nullable DecodeException failureOf(int[] slots) {
            for (int slot : slots) {
                if (failures[slot] != null) {
                    return failures[slot];
                }
            }
            return null;
        }
    }
}
