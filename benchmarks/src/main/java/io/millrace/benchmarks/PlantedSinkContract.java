package io.millrace.benchmarks;

import io.millrace.testkit.SinkContract;
import io.millrace.testkit.TargetFaults;
import io.millrace.testkit.TargetLimit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The contract of one planted sink at a time. */
class PlantedSinkContract extends SinkContract {
    private static final TargetFaults FAULTS = new TargetFaults();

    /** The name of the sink: a text, which a driver that loads its classes again still knows. */
    private static @Nullable String fault;

    static List<PlantedSink> all() {
        return Stream.of(PlantedAppends.all(), PlantedUpserts.all(), new PlantedJdbc(FAULTS).all())
                .flatMap(List::stream)
                .toList();
    }

    static void choose(PlantedSink sink) {
        fault = sink.fault();
    }

    private static PlantedSink sink() {
        String chosen = Objects.requireNonNull(fault);
        return all().stream()
                .filter(sink -> sink.fault().equals(chosen))
                .findFirst()
                .orElseThrow();
    }

    @Override
    protected Promise promise() {
        return sink().promise();
    }

    @Override
    protected StructType columns() {
        return sink().columns();
    }

    @Override
    protected List<String> keys() {
        return sink().keys();
    }

    @Override
    protected Set<TargetLimit> limits() {
        return sink().limits();
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        return sink().code().write(rows);
    }

    @Override
    protected List<Row> target() {
        return sink().isInMemory() ? MemoryTable.TABLE.rows() : PlantedServer.rows();
    }

    @Override
    protected void reset() {
        if (sink().isInMemory()) {
            MemoryTable.TABLE.clear();
        } else {
            PlantedServer.reset(sink().table());
        }
    }

    @Override
    protected AutoCloseable outage() {
        if (!sink().isInMemory()) {
            return PlantedServer.outage();
        }
        MemoryTable.TABLE.refuse(true);
        return () -> MemoryTable.TABLE.refuse(false);
    }

    @Override
    protected TargetFaults faults() {
        return sink().isInMemory() ? MemoryTable.TABLE.faults() : FAULTS;
    }

    @Override
    protected List<Class<?>> targetClasses() {
        return List.of(MemoryTable.class);
    }
}
