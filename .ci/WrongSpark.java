import io.millrace.core.Pipeline;
import io.millrace.core.Sources;
import io.millrace.core.StreamingQueries;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestSpark;
import java.util.Arrays;
import java.util.Map;

/** The first calls of a job and of a test that have an artifact of the wrong line: SENTENCE CALL.. */
final class WrongSpark {
    private static final Map<String, Runnable> CALLS = Map.of(
            "pipeline", () -> Pipeline.named("hits"),
            "queries", StreamingQueries::health,
            "kit", StreamKit::open,
            "kafka", TestKafka::start,
            "spark", TestSpark::start);
    // Their classes are not initialized a second time: the cause of what a second call throws has the sentence.
    private static final Map<String, Runnable> CALLED_ONCE = Map.of(
            "sources", Sources::rate,
            "transforms", () -> Transforms.where("true"),
            "sinks", Sinks::console);

    public static void main(String[] arguments) {
        for (String call : Arrays.asList(arguments).subList(1, arguments.length)) {
            if (CALLED_ONCE.containsKey(call)) {
                check(call, CALLED_ONCE.get(call), arguments[0]);
            } else {
                check(call, CALLS.get(call), arguments[0]);
                check(call + ", again", CALLS.get(call), arguments[0]);
            }
        }
        // Servers of the testkit keep threads.
        System.exit(0);
    }

    private static void check(String name, Runnable call, String sentence) {
        try {
            call.run();
        } catch (LinkageError e) {
            if (e.getMessage().contains(sentence)) {
                return;
            }
            e.printStackTrace();
        }
        System.err.println(name + " does not say: " + sentence);
        System.exit(1);
    }
}
