package io.millrace.core.internal.spark;

import java.util.List;
import java.util.Map;
import java.util.Set;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.immutable.Seq;

/**
 * Scala's collections as Java's and back, by calls that exist in Scala 2.12 and 2.13. The one that 2.13 deprecates has
 * no successor in 2.12.
 */
@SuppressWarnings("deprecation")
public final class ScalaCollections {
    private ScalaCollections() {}

    /** A view of {@code elements}. */
    public static <T> List<T> list(scala.collection.Seq<T> elements) {
        return JavaConverters.seqAsJavaList(elements);
    }

    /** A view of {@code elements}. */
    public static <T> Set<T> set(scala.collection.Set<T> elements) {
        return JavaConverters.setAsJavaSet(elements);
    }

    /** A view of {@code entries}. */
    public static <K, V> Map<K, V> map(scala.collection.Map<K, V> entries) {
        return JavaConverters.mapAsJavaMap(entries);
    }

    /** A copy of {@code elements}. */
    public static <T> Seq<T> seq(List<T> elements) {
        return JavaConverters.asScalaBuffer(elements).toList();
    }

    /** A copy of {@code entries}. */
    public static <K, V> scala.collection.immutable.Map<K, V> immutableMap(Map<K, V> entries) {
        return entries.entrySet().stream()
                .reduce(
                        scala.collection.immutable.Map$.MODULE$.<K, V>empty(),
                        (map, entry) -> plus(map, new Tuple2<>(entry.getKey(), entry.getValue())),
                        (one, other) -> one);
    }

    /** A map that is not copied, as Spark reads maps of a row. */
    public static <K, V> scala.collection.Map<K, V> scalaMap(Map<K, V> entries) {
        return JavaConverters.mapAsScalaMap(entries);
    }

    // Scala 2.13 returns a type of which Java sees the erasure alone.
    @SuppressWarnings("unchecked")
    private static <K, V> scala.collection.immutable.Map<K, V> plus(
            scala.collection.immutable.Map<K, V> map, Tuple2<K, V> entry) {
        return (scala.collection.immutable.Map<K, V>) (Object) map.$plus(entry);
    }
}
