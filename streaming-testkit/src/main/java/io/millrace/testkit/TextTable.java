package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells, aligned by column. */
final class TextTable {
    private final List<List<String>> lines = new ArrayList<>();

    TextTable line(String label, List<String> cells) {
        List<String> line = new ArrayList<>();
        line.add(label);
        line.addAll(cells);
        lines.add(line);
        return this;
    }

    String text(String indent) {
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder padded = new StringBuilder(indent);
            for (int column = 0; column < line.size(); column++) {
                String cell = line.get(column);
                padded.append(cell).append(" ".repeat(width(column) - cell.length() + 2));
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return lines.stream()
                .filter(line -> column < line.size())
                .mapToInt(line -> line.get(column).length())
                .max()
                .orElse(0);
    }
}
