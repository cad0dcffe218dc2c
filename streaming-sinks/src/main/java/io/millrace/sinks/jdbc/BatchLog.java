package io.millrace.sinks.jdbc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryProgressEvent;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one line for each batch of an upsert once Spark has reported the batch: the counts of its tasks. */
final class BatchLog extends SparkListener {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLog.class);
    private static final Map<SparkContext, BatchLog> LOGS = new WeakHashMap<>();

    /** The tables of writers that are still in use. */
    private final Set<BatchWriteCounts> tables = Collections.newSetFromMap(new WeakHashMap<>());

    private BatchLog() {}

    static BatchLog of(SparkContext context) {
        synchronized (LOGS) {
            return LOGS.computeIfAbsent(context, unused -> {
                BatchLog log = new BatchLog();
                context.addSparkListener(log);
                return log;
            });
        }
    }

    void register(BatchWriteCounts table) {
        synchronized (tables) {
            tables.add(table);
        }
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
        if (event instanceof QueryProgressEvent ended) {
            StreamingQueryProgress progress = ended.progress();
            for (BatchWriteCounts table : registered()) {
                table.take(progress.id().toString(), progress.batchId())
                        .ifPresent(sum -> log(progress.id().toString(), progress.batchId(), table.table(), sum));
            }
        }
    }

    static void log(String queryId, long batch, String table, WriteCounts counts) {
        LOG.info("Batch {} of query {} into \"{}\": {}", batch, queryId, table, counts);
    }

    private List<BatchWriteCounts> registered() {
        synchronized (tables) {
            return new ArrayList<>(tables);
        }
    }
}
