package dev.hawser.architecture.seeded.internal.session;

import java.util.logging.Logger;

public final class LogsElsewhere {
    static final Logger LOG = Logger.getLogger("x");
}
