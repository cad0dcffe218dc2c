package io.millrace.core.internal;

/** What may be shown of an error that others throw. */
public final class Errors {
    private Errors() {}

    /** The class of the root cause, never its message, which may hold rows or secrets. */
    public static String nameOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }
}
