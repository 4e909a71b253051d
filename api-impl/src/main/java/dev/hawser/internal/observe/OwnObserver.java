package dev.hawser.internal.observe;

import dev.hawser.ConnectionObserver;

/**
 * An observer that is part of Hawser. Its time is not taken, because nobody could follow the advice to put it behind a
 * queue, and because somebody has asked for it and needs it most when the machine is slow: a recording of the JVM waits
 * for a pause of the collector as everybody does, and a log of frames for the handlers of the log. Whoever finds it too
 * slow ends the recording, or lowers the level.
 */
interface OwnObserver extends ConnectionObserver {}
