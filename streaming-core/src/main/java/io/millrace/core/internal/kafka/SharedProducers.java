package io.millrace.core.internal.kafka;

import io.millrace.core.internal.Errors;
import io.millrace.core.internal.FailureKind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The producers that the tasks of a JVM share: one for equal settings, opened by the first record and closed when it
 * has not been used for a while. What they send is acknowledged before the caller goes on, so that nothing is lost if
 * the JVM ends; their threads do not keep it from ending.
 */
public final class SharedProducers {
    /** The producers of this JVM. */
    public static final SharedProducers OF_JVM = new SharedProducers(Duration.ofMinutes(1));

    /** How the name of a producer begins, and so that of its thread. */
    static final String CLIENT = "millrace-letters-";

    private static final int AT_ONCE = 1_000;
    private static final long POLL_MILLIS = 50;

    /** So that an attempt ends soon, and a transaction that waits for it can be rolled back and tried again. */
    private static final Map<String, String> SHORT = Map.of(
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "20000",
            ProducerConfig.LINGER_MS_CONFIG, "0");

    private final Duration idle;
    private final Map<Map<String, String>, Shared> open = new HashMap<>();
    private @Nullable ScheduledThreadPoolExecutor closer;
    private int opened;

    /** @param idle how long an unused producer stays open */
    SharedProducers(Duration idle) {
        this.idle = idle;
    }

    /**
     * Sends records, and returns when the brokers have acknowledged all of them.
     *
     * @param settings those of the producer, without serializers
     * @throws IOException if another attempt may help
     * @throws NotAcceptedException if none would
     * @throws UncheckedIOException if Spark wants the thread to end
     */
    public void send(Map<String, String> settings, List<ProducerRecord<byte[], byte[]>> records) throws IOException {
        Shared shared;
        try {
            shared = borrow(settings);
        } catch (KafkaException e) { // Such as names that are not known for a moment.
            throw new IOException("no producer: " + Errors.nameOf(e.getCause() == null ? e : e.getCause()));
        }
        boolean isUsable = true;
        try {
            for (int from = 0; from < records.size(); from += AT_ONCE) {
                sendAll(shared.producer, records.subList(from, Math.min(from + AT_ONCE, records.size())));
            }
        } catch (KafkaException e) {
            isUsable = e instanceof RetriableException
                    || e instanceof RecordTooLargeException
                    || e instanceof InterruptException;
            throw failure(e);
        } finally {
            giveBack(settings, shared, isUsable);
        }
    }

    private static void sendAll(KafkaProducer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<?>> sent = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> each : records) {
            Future<?> next = producer.send(each);
            if (next.isDone()) {
                await(next); // Without brokers each call waits and fails: one is enough.
            }
            sent.add(next);
        }
        for (Future<?> each : sent) {
            await(each);
        }
    }

    private static void await(Future<?> sent) {
        while (true) {
            TaskContext task = TaskContext.get();
            if (task != null && task.isInterrupted()) {
                throw givenUp();
            }
            try {
                sent.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                // Asks again whether the task is to end.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw givenUp();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof KafkaException refused ? refused : new KafkaException(e.getCause());
            }
        }
    }

    /** The exception that Spark treats as an orderly stop. */
    private static UncheckedIOException givenUp() {
        String message = "Sending to Kafka was given up: Spark has stopped the query or killed the task.";
        return new UncheckedIOException(message, new InterruptedIOException(message));
    }

    /** The client's own texts name topics and times alone, but are shown only where they are known to. */
    private static IOException failure(KafkaException thrown) {
        if (thrown instanceof InterruptException) {
            throw givenUp();
        }
        if (thrown instanceof AuthenticationException || thrown instanceof AuthorizationException) {
            throw new NotAcceptedException(
                    "the brokers refuse this job (" + Errors.nameOf(thrown) + ")", FailureKind.LOGIN_REFUSED);
        }
        if (thrown instanceof InvalidTopicException) {
            throw new NotAcceptedException("there is no such topic", FailureKind.SCHEMA_CHANGED);
        }
        if (thrown instanceof RecordTooLargeException) {
            throw new NotAcceptedException("one is too large for the producer or the topic", FailureKind.ROW_REFUSED);
        }
        String text = thrown instanceof org.apache.kafka.common.errors.TimeoutException && thrown.getMessage() != null
                ? ": " + Errors.clause(thrown.getMessage())
                : "";
        Throwable named = thrown instanceof ApiException || thrown.getCause() == null ? thrown : thrown.getCause();
        return new IOException(Errors.nameOf(named) + text);
    }

    private synchronized Shared borrow(Map<String, String> settings) {
        Shared shared = open.computeIfAbsent(settings, this::open);
        shared.users++;
        return shared;
    }

    private Shared open(Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        if (SHORT.keySet().stream().noneMatch(settings::containsKey)) {
            all.putAll(SHORT);
        }
        all.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, "0"); // A batch of several could be too large for the topic.
        all.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, CLIENT + ++opened);
        return QuietClients.during(
                () -> new Shared(new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer())));
    }

    private synchronized void giveBack(Map<String, String> settings, Shared shared, boolean isUsable) {
        shared.users--;
        shared.lastUse = System.nanoTime();
        if (!isUsable) {
            shared.isUsable = false;
            open.remove(settings, shared);
        }
        if (!shared.isUsable && shared.users == 0) {
            shared.close();
        }
        closeLater();
    }

    private void closeLater() {
        if (closer == null && !open.isEmpty()) {
            ScheduledThreadPoolExecutor next = new ScheduledThreadPoolExecutor(1, work -> {
                Thread thread = new Thread(work, "millrace-idle-producers");
                thread.setDaemon(true);
                return thread;
            });
            next.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
            Future<?> unused = next.schedule(this::closeIdle, idle.toNanos(), TimeUnit.NANOSECONDS);
            next.shutdown(); // after this task the thread ends
            closer = next;
        }
    }

    private synchronized void closeIdle() {
        closer = null;
        for (Iterator<Shared> each = open.values().iterator(); each.hasNext(); ) {
            Shared shared = each.next();
            if (shared.users == 0 && System.nanoTime() - shared.lastUse >= idle.toNanos()) {
                each.remove();
                shared.close();
            }
        }
        closeLater();
    }

    private static final class Shared {
        private final KafkaProducer<byte[], byte[]> producer;
        private int users;
        private long lastUse;
        private boolean isUsable = true;

        Shared(KafkaProducer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        /** Nothing is under way. Also by a thread that is interrupted, which would leave the producer's own running. */
        void close() {
            boolean isInterrupted = Thread.interrupted();
            try {
                producer.close(Duration.ZERO);
            } finally {
                if (isInterrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
