package io.millrace.samples.demo;

import java.time.Instant;

/** A record to send: a page hit as JSON, or a malformed one. */
record HitRecord(String key, String payload) {
    static HitRecord wellFormed(long id, String zip, Instant time, String page) {
        return new HitRecord(
                zip,
                "{\"id\":" + id + ",\"zip\":\"" + zip + "\",\"hittime\":\"" + time + "\",\"page\":\"" + page + "\"}");
    }

    /** Returns a malformed record, of one of five kinds. */
    static HitRecord malformed(long id, String zip, Instant time) {
        return new HitRecord(
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
