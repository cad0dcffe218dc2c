package io.millrace.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Generates changes of a table as Debezium writes them with the schema of each, of about 2.6 KB. */
final class DebeziumChanges {
    private static final String ROW = "\"fields\":["
            + fields(List.of("id:int64", "first_name:string", "last_name:string", "email:string", "balance:double"))
            + ",{\"type\":\"int64\",\"optional\":false,\"name\":\"io.debezium.time.MicroTimestamp\",\"version\":1"
            + ",\"field\":\"created_at\"}],\"optional\":true,\"name\":\"shop.public.customers.Value\"";
    private static final String SOURCE = "\"fields\":["
            + fields(List.of(
                    "version:string",
                    "connector:string",
                    "name:string",
                    "ts_ms:int64",
                    "snapshot:string",
                    "db:string",
                    "sequence:string",
                    "schema:string",
                    "table:string",
                    "txId:int64",
                    "lsn:int64",
                    "xmin:int64"))
            + "],\"optional\":false,\"name\":\"io.debezium.connector.postgresql.Source\"";
    private static final String SCHEMA = "{\"type\":\"struct\",\"fields\":[{\"type\":\"struct\"," + ROW
            + ",\"field\":\"before\"},{\"type\":\"struct\"," + ROW + ",\"field\":\"after\"},{\"type\":\"struct\","
            + SOURCE + ",\"field\":\"source\"}," + fields(List.of("op:string", "ts_ms:int64"))
            + "],\"optional\":false,\"name\":\"shop.public.customers.Envelope\",\"version\":1}";

    private final JsonParts parts;

    DebeziumChanges(Random random) {
        parts = new JsonParts(random);
    }

    String next() {
        boolean isUpdate = parts.chance(2);
        int id = parts.number(1, 9_000_000);
        String time = "1756" + parts.number(100_000_000, 800_000_000);
        return "{\"schema\":" + SCHEMA + ",\"payload\":{\"before\":" + (isUpdate ? row(id) : "null") + ",\"after\":"
                + row(id) + ",\"source\":{\"version\":\"2.7.3.Final\",\"connector\":\"postgresql\",\"name\":\"shop\""
                + ",\"ts_ms\":" + time + ",\"snapshot\":\"false\",\"db\":\"shop\",\"sequence\":\"[\\\""
                + parts.number(20_000_000, 9_000_000) + "\\\",\\\"" + parts.number(30_000_000, 9_000_000)
                + "\\\"]\",\"schema\":\"public\",\"table\":\"customers\",\"txId\":" + parts.number(500, 9_000)
                + ",\"lsn\":" + parts.number(20_000_000, 9_000_000) + ",\"xmin\":null},\"transaction\":null,\"op\":\""
                + (isUpdate ? "u" : "c") + "\",\"ts_ms\":" + time + "}}";
    }

    private String row(int id) {
        String name = parts.name();
        return "{\"id\":" + id + ",\"first_name\":\"" + name + "\",\"last_name\":\"" + parts.name()
                + "\",\"email\":\"" + name + "@example.com\",\"balance\":" + parts.number(0, 9_000) + "."
                + parts.number(10, 90) + ",\"created_at\":1756" + parts.number(100_000_000, 800_000_000) + "000}";
    }

    private static String fields(List<String> namesAndTypes) {
        return namesAndTypes.stream()
                .map(field -> field.split(":", 2))
                .map(field -> "{\"type\":\"" + field[1] + "\",\"optional\":true,\"field\":\"" + field[0] + "\"}")
                .collect(Collectors.joining(","));
    }
}
