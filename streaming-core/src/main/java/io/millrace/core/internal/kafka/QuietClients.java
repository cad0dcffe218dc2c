package io.millrace.core.internal.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Kafka's clients from logging all their settings at each check: about 70 lines at level info, and a warning of
 * those that a client does not use. While a check runs, the loggers of settings and versions log errors alone. Only for
 * Log4j 2, which is Spark's own; others log as they are set up.
 */
public final class QuietClients {
    private static final String LOG4J_2 = "org.apache.logging.slf4j.Log4jLoggerFactory";
    private static final List<Class<?>> TALKATIVE =
            List.of(AdminClientConfig.class, ProducerConfig.class, AppInfoParser.class, Metrics.class);

    /** The levels of the loggers before the first check. Guarded by the class, as is {@link #running}. */
    private static final Map<Logger, Level> LEVELS = new HashMap<>();

    private static int running;

    private QuietClients() {}

    /** Runs {@code check}, which opens clients and closes them. */
    public static <T> T during(Supplier<T> check) {
        begin();
        try {
            return check.get();
        } finally {
            end();
        }
    }

    private static synchronized void begin() {
        if (running++ == 0
                && LoggerFactory.getILoggerFactory().getClass().getName().equals(LOG4J_2)) {
            TALKATIVE.forEach(QuietClients::silence);
        }
    }

    private static void silence(Class<?> client) {
        // A logger's own level is not part of the configuration, which therefore stays as it is.
        if (LogManager.getContext(client.getClassLoader(), false).getLogger(client.getName()) instanceof Logger logger
                && logger.getLevel().isLessSpecificThan(Level.WARN)) {
            LEVELS.put(logger, logger.getLevel());
            logger.setLevel(Level.ERROR);
        }
    }

    private static synchronized void end() {
        if (--running == 0) {
            LEVELS.forEach(Logger::setLevel);
            LEVELS.clear();
        }
    }
}
