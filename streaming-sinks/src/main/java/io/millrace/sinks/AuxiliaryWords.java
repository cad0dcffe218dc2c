package io.millrace.sinks;

import java.io.Serializable;

/**
 * The words in which a database wants the sink's own small tables written.
 *
 * @param key the type of text that may be a key
 * @param text the type of text of any length
 * @param instant the type of a point in time
 * @param end what ends CREATE TABLE
 * @param insert begins an INSERT that passes over rows whose key is there
 * @param orNothing ends it
 * @param unchanged ends a SELECT whose rows must not change before the transaction ends
 */
record AuxiliaryWords(
        String key, String text, String instant, String end, String insert, String orNothing, String unchanged)
        implements Serializable {}
