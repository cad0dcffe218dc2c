package io.millrace.core.internal.guard;

/**
 * One thing that the code says, and a checkpoint depends on.
 *
 * @param place where it says so, such as {@code keys of step 1}; the same for code that is compared
 * @param words for messages, in one line, without secrets and values of rows
 * @param digest of all that decides whether two are the same, on the same version of Spark
 */
record Fact(String place, String words, String digest) {
    Fact {
        words = words.replaceAll("\\p{Cntrl}", " ");
    }

    static Fact of(String place, String words) {
        return new Fact(place, words, Meaning.digest(words));
    }

    static Fact of(String place, Meaning meaning) {
        return new Fact(place, meaning.words(), Meaning.digest(meaning.exact()));
    }
}
