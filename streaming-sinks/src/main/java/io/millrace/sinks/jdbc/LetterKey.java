package io.millrace.sinks.jdbc;

import java.io.Serializable;

/**
 * One letter among those of a target. If the same query refuses the same row in a later epoch, that is another letter.
 */
record LetterKey(String queryId, String digest, long epoch) implements Serializable {}
