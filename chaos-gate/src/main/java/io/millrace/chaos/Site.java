package io.millrace.chaos;

/**
 * A fail point that a subject passes.
 *
 * @param fewest how many tasks must read the topic for that; a batch of one goes another way than one of several
 * @param most how many of them there may be
 */
record Site(String name, int fewest, int most) {}
