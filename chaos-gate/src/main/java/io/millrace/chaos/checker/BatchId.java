package io.millrace.chaos.checker;

/** A micro-batch of a query. */
public record BatchId(String query, long batch) implements Comparable<BatchId> {
    @Override
    public int compareTo(BatchId other) {
        int byQuery = query.compareTo(other.query);
        return byQuery != 0 ? byQuery : Long.compare(batch, other.batch);
    }

    @Override
    public String toString() {
        return "batch " + batch + " of query " + query;
    }
}
