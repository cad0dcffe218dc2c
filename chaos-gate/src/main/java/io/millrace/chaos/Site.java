package io.millrace.chaos;

/**
 * A fail point that a subject passes.
 *
 * @param fewest the least number of reading tasks with which it is passed; a batch of one task takes another code path
 * @param most the greatest number
 */
record Site(String name, int fewest, int most) {}
