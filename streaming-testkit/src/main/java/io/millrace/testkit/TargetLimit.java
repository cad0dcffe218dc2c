package io.millrace.testkit;

/**
 * What the target of a sink cannot hold. A {@link SinkContract} writes such values, and expects them back unchanged,
 * unless {@link SinkContract#limits} allows for them. Say there what your users have to know as well.
 */
public enum TargetLimit {
    /** Texts of 256 characters. */
    TEXT_OF_256_CHARACTERS("texts of 256 characters"),
    /** Texts of 70,000 characters. */
    TEXT_OF_70000_CHARACTERS("texts of 70,000 characters"),
    /** Empty texts, which some databases keep as NULL. */
    EMPTY_TEXT("empty texts"),
    /** Blanks at the beginning or the end of a text. */
    BLANKS_AT_ENDS("texts with blanks at their ends"),
    /** Characters beyond U+FFFF, such as emoji. */
    EMOJI("texts with emoji"),
    /** The character U+0000, which PostgreSQL has in no text. */
    NUL_CHARACTER("texts with the character U+0000"),
    /** NaN in a double or float. */
    NAN("NaN"),
    /** The infinities of a double or float. */
    INFINITY("infinities"),
    /** Zero below zero, as a double or float has it. */
    NEGATIVE_ZERO("-0.0"),
    /** All digits that a decimal type has. */
    ALL_DIGITS("decimals that use all digits of their type"),
    /** Parts of a millisecond. */
    MICROSECONDS("times with microseconds"),
    /** Times before 1970-01-01 00:00:01 UTC, back to the year 1, and dates of that time. */
    BEFORE_1970("times before 1970"),
    /** Times after 2038-01-19 03:14:07 UTC, up to the year 9999, and dates of that time. */
    AFTER_2037("times after 2037");

    private final String text;

    TargetLimit(String text) {
        this.text = text;
    }

    /** As a message has it: "texts of 256 characters". */
    String text() {
        return text;
    }
}
