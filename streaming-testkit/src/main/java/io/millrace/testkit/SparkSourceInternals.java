package io.millrace.testkit;

import io.millrace.core.internal.kafka.KafkaRange;
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;

/** Puts inputs of a test in the place of the sources that a job opens, by calls that Spark does not publish. */
final class SparkSourceInternals {
    private SparkSourceInternals() {}

    /** In {@code session} and those made of it, each of which has {@link StandIns} of its own. */
    static void replaceSourcesIn(SparkSession session) {
        SparkLine.addResolutionRule(session, Replace::new);
    }

    /** A part of the analysis of a query, which sees a source as soon as a job has opened it. */
    private static final class Replace extends Rule<LogicalPlan> {
        private final SparkSession session;

        Replace(SparkSession session) {
            this.session = session;
        }

        @Override
        public LogicalPlan apply(LogicalPlan plan) {
            return StandIns.of(session).isEmpty()
                    ? plan
                    : plan.resolveOperatorsUp(SparkTraceInternals.rule(
                            node -> source(node).map(Replace::plan).orElse(null)));
        }

        private Optional<Input<?>> source(LogicalPlan node) {
            if (node instanceof StreamingRelationV2 relation) {
                Map<String, String> options = relation.extraOptions().asCaseSensitiveMap();
                String format =
                        relation.sourceName().equals(KafkaRange.class.getName()) ? "kafka" : relation.sourceName();
                return StandIns.of(session).find(format, options, relation.schema());
            }
            return SparkLine.sourceOf(node)
                    .flatMap(source -> StandIns.of(session)
                            .find(source.className(), ScalaCollections.map(source.options()), node.schema()));
        }

        private static LogicalPlan plan(Input<?> input) {
            return input.rows().queryExecution().analyzed();
        }
    }
}
