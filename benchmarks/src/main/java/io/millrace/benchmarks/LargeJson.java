package io.millrace.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Large documents of a kind that is common in topics, of which a query reads a few fields.
 *
 * @param fields their paths, without {@code $.}
 * @param schema for {@code from_json}: these fields and no others
 * @param next generates the next document
 */
record LargeJson(String name, List<String> fields, String schema, Function<Random, String> next) {
    static final List<LargeJson> KINDS = List.of(
            new LargeJson(
                    "GitHub event",
                    List.of("type", "actor.login", "repo.name", "payload.comment.author_association", "created_at"),
                    "type STRING, actor STRUCT<login: STRING>, repo STRUCT<name: STRING>, payload STRUCT<comment:"
                            + " STRUCT<author_association: STRING>>, created_at STRING",
                    random -> new GitHubEvents(random).next()),
            new LargeJson(
                    "tweet",
                    List.of("created_at", "id_str", "text", "user.screen_name", "user.followers_count", "lang"),
                    "created_at STRING, id_str STRING, text STRING, user STRUCT<screen_name: STRING, followers_count:"
                            + " STRING>, lang STRING",
                    random -> new Tweets(random).next()),
            new LargeJson(
                    "Debezium change",
                    List.of(
                            "payload.after.id",
                            "payload.after.email",
                            "payload.after.balance",
                            "payload.source.table",
                            "payload.op",
                            "payload.ts_ms"),
                    "payload STRUCT<after: STRUCT<id: STRING, email: STRING, balance: STRING>, source: STRUCT<table:"
                            + " STRING>, op: STRING, ts_ms: STRING>",
                    random -> new DebeziumChanges(random).next()));
}
