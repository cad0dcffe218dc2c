package io.millrace.sinks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows to show: those of the last batch, or the newest of each key, the last changed first. */
final class DisplayRows {
    private final int limit;
    private final List<Integer> keyPositions;
    private final Map<List<String>, List<String>> newest = new LinkedHashMap<>();
    private List<List<String>> last = List.of();

    DisplayRows(int limit, List<Integer> keyPositions) {
        this.limit = limit;
        this.keyPositions = keyPositions;
    }

    void take(List<List<String>> batch) {
        if (keyPositions.isEmpty()) {
            last = batch;
            return;
        }
        for (List<String> row : batch) {
            List<String> key = keyPositions.stream().map(row::get).toList();
            newest.remove(key);
            newest.put(key, row);
        }
        var oldest = newest.entrySet().iterator();
        for (int surplus = newest.size() - limit; surplus > 0; surplus--) {
            oldest.next();
            oldest.remove();
        }
    }

    List<List<String>> rows() {
        if (keyPositions.isEmpty()) {
            return last;
        }
        List<List<String>> rows = new ArrayList<>(newest.values());
        Collections.reverse(rows);
        return rows;
    }
}
