package dev.hawser.benchmarks.soak;

import dev.hawser.benchmarks.hostile.AttackFrames;
import java.io.EOFException;
import java.io.IOException;
import java.util.Random;

/** What a short-lived peer does, and how it ends. Each throws if the server does not do what it must. */
enum Life {
    /** Closes as one should. */
    CLOSES {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = echoed(port, random)) {
                peer.sendClose(1000);
                expect("close:1000", peer);
            }
        }
    },
    /** Ends the connection without a close frame. */
    CUTS {
        @Override
        void live(int port, Random random) throws IOException {
            echoed(port, random).close();
        }
    },
    /** Resets the connection. */
    RESETS {
        @Override
        void live(int port, Random random) throws IOException {
            echoed(port, random).reset();
        }
    },
    /** Resets while its echoes are on their way. */
    RESETS_UNREAD {
        @Override
        void live(int port, Random random) throws IOException {
            Peer peer = peer(port, "echo", random);
            for (int i = 0; i < 50; i++) {
                peer.send(AttackFrames.text("unread ".repeat(100)));
            }
            peer.reset();
        }
    },
    /** Ends its side alone. */
    HALF_CLOSES {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = echoed(port, random)) {
                peer.shutOutput();
                expectEnd(peer);
            }
        }
    },
    /** Goes in the middle of a message, or of a frame. */
    GOES_MIDWAY {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = echoed(port, random)) {
                peer.send(random.nextBoolean() ? AttackFrames.begin(AttackFrames.TEXT) : AttackFrames.promise(1));
            }
        }
    },
    /** Sends a frame with a reserved opcode. */
    VIOLATES {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = echoed(port, random)) {
                peer.send(AttackFrames.frame(AttackFrames.FIN | 0x3, new byte[1]));
                expect("close:1002", peer);
            }
        }
    },
    /** Sends a text that is not UTF-8. */
    SENDS_NONSENSE {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = echoed(port, random)) {
                peer.send(AttackFrames.frame(AttackFrames.FIN | AttackFrames.TEXT, new byte[] {(byte) 0xFF}));
                expect("close:1007", peer);
            }
        }
    },
    /** Sends a message over the limit. */
    SENDS_TOO_MUCH {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = echoed(port, random)) {
                peer.send(AttackFrames.text("much ".repeat(20_000)));
                expect("close:1009", peer);
            }
        }
    },
    /** Uploads to a stream handler. */
    UPLOADS {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = peer(port, "bytes", random)) {
                int length = 100_000 + random.nextInt(100_000);
                peer.send(AttackFrames.binary(length));
                expect("text:" + length, peer);
            }
        }
    },
    /** Goes in the middle of an upload. */
    UPLOADS_A_PART {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = peer(port, "bytes", random)) {
                peer.send(AttackFrames.promise(AttackFrames.BINARY));
                peer.send(new byte[20_000]);
            }
        }
    },
    /** Is fed more than it reads, and goes. */
    READS_NOTHING {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = peer(port, "feed", random)) {
                peer.send(AttackFrames.text("feed"));
                expect("binary:9000", peer); // the first; the rest is never read
            }
        }
    },
    /** Compresses, and lets the server do so. */
    COMPRESSES {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = new Peer(port, "/attacked/echo", "permessage-deflate", random)) {
                String text = ("compressed " + random.nextInt()).repeat(200);
                for (int i = 0; i < 5; i++) {
                    peer.sendCompressed(text);
                    expect("text:" + text, peer);
                }
            }
        }
    },
    /** Talks to all in the room, and hears itself. */
    TALKS {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = peer(port, "room", random)) {
                String said = "said " + random.nextLong();
                peer.send(AttackFrames.text(said));
                while (!peer.next().equals("text:" + said)) {
                    // somebody else's
                }
            }
        }
    },
    /** Pings. */
    PINGS {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = peer(port, "echo", random)) {
                peer.send(AttackFrames.frame(AttackFrames.FIN | 0x9, new byte[] {'a', 'b'}));
                expect("pong:ab", peer);
            }
        }
    },
    /** Asks for a path without an endpoint. */
    IS_REFUSED {
        @Override
        void live(int port, Random random) throws IOException {
            try (Peer peer = peer(port, "nothing", random)) {
                throw new IOException("accepted, and heard " + shown(peer.next()));
            } catch (Peer.RefusedException e) {
                if (!String.valueOf(e.getMessage()).contains("404")) {
                    throw e;
                }
            }
        }
    };

    /** Lives once. */
    abstract void live(int port, Random random) throws IOException;

    private static Peer peer(int port, String endpoint, Random random) throws IOException {
        return new Peer(port, "/attacked/" + endpoint, "", random);
    }

    /** A peer that has had up to ten echoes. */
    @SuppressWarnings("MustBeClosedChecker") // the caller closes it
    private static Peer echoed(int port, Random random) throws IOException {
        Peer peer = peer(port, "echo", random);
        int echoes = random.nextInt(10);
        for (int i = 0; i < echoes; i++) {
            String text = "echo " + random.nextInt();
            peer.send(AttackFrames.text(text));
            expect("text:" + text, peer);
        }
        return peer;
    }

    private static void expect(String expected, Peer peer) throws IOException {
        String got = peer.next();
        if (!got.equals(expected)) {
            throw new IOException("expected " + shown(expected) + " and got " + shown(got));
        }
    }

    private static void expectEnd(Peer peer) throws IOException {
        try {
            String got = peer.next();
            if (!got.startsWith("close:")) {
                throw new IOException("expected the end and got " + shown(got));
            }
        } catch (EOFException e) {
            // as it should be
        }
    }

    private static String shown(String event) {
        return event.length() > 60 ? event.substring(0, 60) + "..." : event;
    }
}
