package io.millrace.sinks;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** Keeps the log events until it is closed. */
final class KeptLog extends AbstractAppender implements AutoCloseable {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger;
    private final Level before;

    private KeptLog(Logger logger, Level level) {
        super("kept", null, null, false, Property.EMPTY_ARRAY);
        this.logger = logger;
        this.before = logger.getLevel();
        start();
        Configurator.setLevel(logger, level);
        logger.addAppender(this);
    }

    static KeptLog of(Class<?> type) {
        return new KeptLog((Logger) LogManager.getLogger(type), Level.INFO);
    }

    /** Keeps the events of all loggers, from INFO. */
    static KeptLog ofAll() {
        return new KeptLog((Logger) LogManager.getRootLogger(), Level.INFO);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void append(LogEvent event) {
        lines.add(event.getMessage().getFormattedMessage());
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        Configurator.setLevel(logger, before);
        stop();
    }
}
