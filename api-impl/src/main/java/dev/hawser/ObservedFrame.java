package dev.hawser;

import dev.hawser.extension.Opcode;

/**
 * The header of a frame that was received, or was accepted for sending (RFC 6455 5.2), for a {@link
 * ConnectionObserver}. It has no payload.
 *
 * <pre>{@code
 * if (frame.opcode() == Opcode.CLOSE) {
 *     closes.increment(frame.closeCode());
 * }
 * }</pre>
 *
 * @param opcode the opcode on the wire: {@code CONTINUATION} from the second fragment of a message on
 * @param fin whether it is the last frame of its message
 * @param rsv the reserved bits, as a number from 0 to 7: RSV1 is 4, and means a compressed message with
 *     permessage-deflate
 * @param length the length of the payload on the wire, in bytes
 * @param closeCode the code of a close frame, 1005 if it has none; 0 for other frames, and for a close frame whose
 *     payload breaks a rule
 * @since 0.1.0
 */
public record ObservedFrame(Opcode opcode, boolean fin, int rsv, long length, int closeCode) {}
