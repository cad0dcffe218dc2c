package io.millrace.core;

import java.io.Serial;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.MemoryStream;
import scala.Option;
import scala.collection.JavaConverters;

/** A stream that a test feeds, that of Spark 3.5. Its column is {@code value} if the encoder has but one. */
public final class MemoryInput<T> extends MemoryStream<T> {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final AtomicInteger IDS = new AtomicInteger();

    public MemoryInput(SparkSession spark, Encoder<T> encoder) {
        super(IDS.getAndIncrement(), spark.sqlContext(), Option.empty(), encoder);
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    public final void add(T... values) {
        add(Arrays.asList(values));
    }

    @SuppressWarnings("deprecation") // What replaces it is not in Scala 2.12.
    public void add(List<T> values) {
        addData(JavaConverters.asScalaBuffer(values));
    }
}
