/** The first call of a job, whose classes are of one line and whose Spark is of the other. */
final class WrongSpark {
    public static void main(String[] arguments) {
        io.millrace.core.Pipeline.named("hits");
    }
}
