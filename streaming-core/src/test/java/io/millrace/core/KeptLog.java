package io.millrace.core;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** Keeps the lines of a logger from INFO on, with their level, until it is closed. */
final class KeptLog extends AbstractAppender implements AutoCloseable {
    final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger;
    private final Level before;

    private KeptLog(Logger logger) {
        super("kept", null, null, false, Property.EMPTY_ARRAY);
        this.logger = logger;
        this.before = logger.getLevel();
    }

    static KeptLog of(Class<?> type) {
        KeptLog kept = new KeptLog((Logger) LogManager.getLogger(type));
        kept.start();
        Configurator.setLevel(kept.logger, Level.INFO);
        kept.logger.addAppender(kept);
        return kept;
    }

    @Override
    public void append(LogEvent event) {
        lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }

    /** Waits until there are {@code count} lines, or until the test is interrupted by its time limit. */
    void await(int count) {
        while (lines.size() < count) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError(count + " lines were expected, but there are: " + lines);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        Configurator.setLevel(logger, before);
        stop();
    }
}
