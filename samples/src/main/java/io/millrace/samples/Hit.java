package io.millrace.samples;

import java.time.Instant;

/** One record to send: the JSON of a page hit, or something that is none. */
record Hit(String key, String payload) {
    static Hit wellFormed(long id, String zip, Instant time, String page) {
        return new Hit(
                zip,
                "{\"id\":" + id + ",\"zip\":\"" + zip + "\",\"hittime\":\"" + time + "\",\"page\":\"" + page + "\"}");
    }

    /** A record as broken producers send them; five ways in turn. */
    static Hit malformed(long id, String zip, Instant time) {
        return new Hit(
                zip,
                switch ((int) (id % 5)) {
                    case 0 -> "{\"id\":" + id + ",\"zip\":\"" + zip + "\",\"hittime\":\"" + time + "\"";
                    case 1 -> "GET /favicon.ico 404";
                    case 2 -> "{\"id\":" + id + ",\"hittime\":\"" + time + "\"}";
                    case 3 -> "{\"id\":" + id + ",\"zip\":\"" + zip + "\",\"hittime\":\"soon\"}";
                    default -> "";
                });
    }
}
