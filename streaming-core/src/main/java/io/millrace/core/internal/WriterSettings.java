package io.millrace.core.internal;

import io.millrace.core.internal.spark.ScalaCollections;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** What a sink has set on Spark's writer, read from the private fields in which Spark keeps it. */
public final class WriterSettings {
    private WriterSettings() {}

    /** The format of a writer; empty if this version of Spark keeps it elsewhere. */
    public static Optional<String> format(DataStreamWriter<Row> writer) {
        return field(writer, "source").map(Object::toString);
    }

    /** The keys of a writer's options. */
    public static List<String> options(DataStreamWriter<Row> writer) {
        return field(writer, "extraOptions")
                .map(options -> new ArrayList<>(ScalaCollections.set(
                        ((CaseInsensitiveMap<?>) options).originalMap().keySet())))
                .orElseGet(ArrayList::new);
    }

    private static Optional<Object> field(DataStreamWriter<Row> writer, String name) {
        try {
            Field field = writer.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return Optional.ofNullable(field.get(writer));
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }
}
