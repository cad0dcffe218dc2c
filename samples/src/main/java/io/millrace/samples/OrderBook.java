package io.millrace.samples;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Orders that are the same in each run, a hundredth of them malformed, and what a job must make of them. */
final class OrderBook {
    static final int CUSTOMERS = 1_000;

    private static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");
    private static final int SECONDS_APART = 5;
    private static final int MALFORMED_EACH = 100;
    private static final List<String> SEGMENTS = List.of("basic", "silver", "gold");

    /** Each good order by its id, as {@code segment day total}. */
    final Map<Long, String> orders = new TreeMap<>();
    /** The documents of malformed orders. */
    final List<String> malformed = new ArrayList<>();
    /** The revenue by {@code hour segment sku}. */
    final Map<String, BigDecimal> revenue = new TreeMap<>();

    static String segment(long customer) {
        return SEGMENTS.get((int) (customer % SEGMENTS.size()));
    }

    /** Adds an order, and returns its document. */
    String add(long id) {
        if (id % MALFORMED_EACH == 0) {
            String document = malformed(id);
            malformed.add(document);
            return document;
        }
        Instant time = FIRST.plusSeconds(id * SECONDS_APART);
        long customer = mixed(id) % (CUSTOMERS + 10); // Ten customers are not in the table.
        String segment = customer < CUSTOMERS ? segment(customer) : "unknown";
        BigDecimal total = BigDecimal.ZERO;
        List<String> items = new ArrayList<>();
        for (int line = 0; line < id % 4; line++) { // One order in four has no items.
            String sku = "sku-" + mixed(id + line) % 20;
            int pieces = 1 + line;
            BigDecimal price = BigDecimal.valueOf(mixed(id * 7 + line) % 10_000, 2);
            BigDecimal amount = price.multiply(BigDecimal.valueOf(pieces));
            items.add("{\"sku\":\"" + sku + "\",\"pieces\":" + pieces + ",\"price\":" + price + "}");
            revenue.merge(time.truncatedTo(ChronoUnit.HOURS) + " " + segment + " " + sku, amount, BigDecimal::add);
            total = total.add(amount);
        }
        orders.put(id, segment + " " + time.toString().substring(0, 10) + " " + total.setScale(2));
        return document(id, String.valueOf(customer), time, String.join(",", items));
    }

    /** Cut off, not a number in an item, or a time that is none. */
    private static String malformed(long id) {
        String item = "{\"sku\":\"sku-1\",\"pieces\":\"two\",\"price\":1.50}";
        return switch ((int) (id / MALFORMED_EACH % 3)) {
            case 0 -> "{\"id\":" + id + ",\"customer_id\":";
            case 1 -> document(id, "1", FIRST, item);
            default -> document(id, "1", FIRST, "").replace(FIRST.toString(), "yesterday");
        };
    }

    private static String document(long id, String customer, Instant time, String items) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", String.valueOf(id));
        fields.put("customer_id", customer);
        fields.put("at", quoted(time.toString()));
        fields.put("shop", quoted("shop-" + id % 50));
        fields.put("channel", quoted(id % 3 == 0 ? "web" : "app"));
        fields.put("currency", quoted("EUR"));
        fields.put("coupon", id % 10 == 0 ? quoted("SPRING") : "null");
        fields.put("zip", quoted(String.valueOf(10_000 + id % 90)));
        fields.put("express", String.valueOf(id % 5 == 0));
        fields.put("discount", id % 10 == 0 ? "1.50" : "0");
        fields.put("note", quoted("ring the bell of number " + id));
        fields.put("items", "[" + items + "]");
        List<String> members = new ArrayList<>();
        fields.forEach((name, value) -> members.add(quoted(name) + ":" + value));
        return "{" + String.join(",", members) + "}";
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    /** The same number for the same id, with the order of ids lost. */
    private static long mixed(long id) {
        return (id * 0x9E3779B97F4A7C15L) >>> 33;
    }
}
