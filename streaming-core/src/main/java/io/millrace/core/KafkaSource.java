package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.SparkInterval;
import io.millrace.core.internal.kafka.GroupCommitter;
import io.millrace.core.internal.kafka.KafkaBrokers;
import io.millrace.core.internal.kafka.KafkaJson;
import io.millrace.core.internal.kafka.KafkaOffsets;
import io.millrace.core.internal.kafka.KafkaOptions;
import io.millrace.core.internal.kafka.KafkaRange;
import io.millrace.core.internal.kafka.KafkaTopicIds;
import io.millrace.core.internal.kafka.KafkaTopics;
import io.millrace.core.internal.kafka.SourceOffsets;
import io.millrace.core.internal.spark.SparkVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics of Kafka: {@code key} and {@code value} binary, {@code topic}, {@code partition}, {@code offset},
 * {@code timestamp}, {@code timestampType}. By default it starts at the latest records, and fails if records were
 * deleted before they were read. The consumer's {@code max.poll.records} is 5,000, its {@code receive.buffer.bytes} 1
 * MiB and its {@code fetch.max.wait.ms} 10 unless an option says otherwise. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Source hits = Sources.kafka("localhost:9092")
 *         .topics("hits")
 *         .startingFrom(Offsets.earliest())
 *         .maxOffsetsPerTrigger(100_000);
 * }</pre>
 */
public final class KafkaSource extends CheckedSource {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ENDING = "ending";
    private static final Set<String> SELECTIONS = Set.of("subscribe", "subscribePattern", "assign");

    private final ReaderSpec reading;
    private final Optional<String> group;
    private final Duration patience;

    private KafkaSource(ReaderSpec reading, Optional<String> group, Duration patience) {
        this.reading = reading;
        this.group = group;
        this.patience = patience;
    }

    static KafkaSource at(String bootstrapServers) {
        ReaderSpec reading =
                ReaderSpec.of("kafka").with("kafka.bootstrap.servers", KafkaBrokers.servers(bootstrapServers));
        return new KafkaSource(reading, Optional.empty(), PATIENCE);
    }

    /** The topics to read, in place of any selection made before. */
    public KafkaSource topics(String... topics) {
        notNull("topics(topics)", (Object) topics);
        return topics(List.of(topics));
    }

    /** The topics to read, in place of any selection made before. */
    public KafkaSource topics(List<String> topics) {
        notNull("topics(topics)", topics);
        if (topics.isEmpty() || topics.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("topics(" + String.join(", ", topics) + "): name at least one topic.");
        }
        return selecting("subscribe", String.join(",", topics));
    }

    /**
     * All topics whose whole name matches, in place of any selection made before; those created later are read as well.
     */
    public KafkaSource topicPattern(String regex) {
        notNull("topicPattern(regex)", regex);
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "topicPattern(" + regex + "): " + e.getDescription() + ". Write it as java.util.regex.Pattern.", e);
        }
        return selecting("subscribePattern", regex);
    }

    /** These partitions and no others, in place of any topics or pattern; called again, it adds. */
    public KafkaSource partitions(String topic, int... partitions) {
        notNull("partitions(topic, partitions)", topic, partitions);
        if (partitions.length == 0 || Arrays.stream(partitions).anyMatch(partition -> partition < 0)) {
            throw new IllegalArgumentException("partitions(" + topic + ", " + Arrays.toString(partitions)
                    + "): name at least one partition; the first one is 0.");
        }
        NavigableMap<String, NavigableMap<Integer, Long>> more =
                KafkaJson.parsed(reading.options().getOrDefault("assign", "{}")).orElseGet(TreeMap::new);
        NavigableMap<Integer, Long> ofTopic = more.computeIfAbsent(topic, none -> new TreeMap<>());
        Arrays.stream(partitions).forEach(partition -> ofTopic.put(partition, 0L));
        return selecting("assign", KafkaJson.partitions(more));
    }

    /** These partitions and no others, in place of any topics or pattern; called again, it adds. */
    public KafkaSource partitions(String topic, List<Integer> partitions) {
        notNull("partitions(topic, partitions)", topic, partitions);
        return partitions(topic, partitions.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Where a query without a checkpoint starts; with one, it continues where it ended. Default latest. */
    public KafkaSource startingFrom(Offsets offsets) {
        notNull("startingFrom(offsets)", offsets);
        return with(reading.without(key -> key.startsWith("starting")).with(offsets.options("starting")));
    }

    /**
     * Where a query with {@link Pipeline#availableNow} ends: it takes the records before {@code offsets} and no others,
     * in as many micro-batches as the limits require. The checkpoint keeps the offsets that the first start finds, so
     * that a restart ends there too. Default no end.
     */
    public KafkaSource until(Offsets offsets) {
        notNull("until(offsets)", offsets);
        return with(reading.without(KafkaSource::isOfEnd).with(offsets.options(ENDING)));
    }

    /** The greatest number of records in one micro-batch, over all partitions. Default no limit. */
    public KafkaSource maxOffsetsPerTrigger(long records) {
        if (records <= 0) {
            throw new IllegalArgumentException(
                    "maxOffsetsPerTrigger(" + records + "): a micro-batch needs at least one record.");
        }
        return option("maxOffsetsPerTrigger", Long.toString(records));
    }

    /**
     * The greatest number of records that one task reads: a partition of the topic with more is split among several
     * tasks. Default no limit.
     *
     * @throws UnsupportedOperationException on Spark 3.5, which has no such option
     */
    public KafkaSource maxRecordsPerPartition(long records) {
        if (records <= 0) {
            throw new IllegalArgumentException("maxRecordsPerPartition(" + records + "): a task reads at least one.");
        }
        SparkVersion.require4("maxRecordsPerPartition(" + records + ")", "this option", "Use minPartitions(...).");
        return option("maxRecordsPerPartition", Long.toString(records));
    }

    /**
     * Waits for this many new records before a micro-batch starts, but no longer than {@code delay}. Default no wait.
     */
    public KafkaSource minOffsetsPerTrigger(long records, Duration delay) {
        notNull("minOffsetsPerTrigger(records, delay)", records, delay);
        if (records <= 0) {
            throw new IllegalArgumentException(
                    "minOffsetsPerTrigger(" + records + "): a micro-batch needs at least one record.");
        }
        SparkInterval.positive("minOffsetsPerTrigger", delay);
        return with(reading.with("minOffsetsPerTrigger", records).with("maxTriggerDelay", delay.toMillis() + "ms"));
    }

    /** Splits large partitions of Kafka into at least this many tasks. Default one task for each partition. */
    public KafkaSource minPartitions(int tasks) {
        if (tasks <= 0) {
            throw new IllegalArgumentException("minPartitions(" + tasks + "): must be at least 1.");
        }
        return option("minPartitions", Integer.toString(tasks));
    }

    /** Adds {@code headers}, an array of structs of {@code key} string and {@code value} binary. */
    public KafkaSource withHeaders() {
        return option("includeHeaders", "true");
    }

    /**
     * Shows tools how far the query is: after each batch, the offsets of the next records to read are committed to this
     * consumer group, whose lag is then that of the query. For show alone: the query continues from its checkpoint. No
     * consumer may be active in the group, and each query needs its own. A commit that fails is tried again, warned
     * about and counted, but never ends or delays the query, also if its user has no right to commit. A {@link
     * #batch()} commits nothing.
     */
    public KafkaSource commitOffsetsTo(String group) {
        notNull("commitOffsetsTo(group)", group);
        if (group.isBlank()) {
            throw new IllegalArgumentException("commitOffsetsTo(\"" + group + "\"): name a consumer group.");
        }
        return new KafkaSource(reading, Optional.of(group), patience);
    }

    /** Whether the query fails if records that it has not read are gone. Default true; false loses data silently. */
    public KafkaSource failOnDataLoss(boolean fail) {
        return option("failOnDataLoss", Boolean.toString(fail));
    }

    /**
     * The start of the consumer groups' names, for brokers that grant access by it. Default {@code spark-kafka-source}.
     */
    public KafkaSource groupIdPrefix(String prefix) {
        notNull("groupIdPrefix(prefix)", prefix);
        return option("groupIdPrefix", prefix);
    }

    /** How to encrypt and to log in, in place of any security set before. Default neither. */
    public KafkaSource security(KafkaSecurity security) {
        notNull("security(security)", security);
        return with(adding(reading.without(KafkaOptions::isSecurity), security.options()));
    }

    /** An option of Spark's Kafka source, or of the consumer if {@code key} starts with {@code kafka.}. */
    public KafkaSource option(String key, String value) {
        notNull("option(key, value)", key, value);
        KafkaSecrets.refusePlainText(key, value);
        return with(adding(reading, Map.of(key, value)));
    }

    /** As {@link #option(String, String)}. */
    public KafkaSource option(String key, boolean value) {
        return option(key, Boolean.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public KafkaSource option(String key, long value) {
        return option(key, Long.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public KafkaSource option(String key, double value) {
        return option(key, Double.toString(value));
    }

    /** A setting of the consumer that is a secret, such as {@code kafka.ssl.key.password}; the consumer looks it up. */
    public KafkaSource option(String key, Secret secret) {
        notNull("option(key, secret)", key, secret);
        return with(adding(reading, KafkaSecrets.resolvable(Map.of(key, KafkaSecrets.placeholder(secret)))));
    }

    /** All records that exist now, from the earliest unless a start is set, as a batch. */
    public KafkaBatch batch() {
        return endingAt(Offsets.latest());
    }

    /** The records before {@code offsets}, from the earliest unless a start is set, as a batch: for backfills. */
    public KafkaBatch endingAt(Offsets offsets) {
        notNull("endingAt(offsets)", offsets);
        return KafkaBatch.of(reading, problems(), offsets.place(), patience);
    }

    /** How long the check before the start waits for the brokers. Default 10 seconds. */
    KafkaSource patience(Duration patience) {
        return new KafkaSource(reading, group, patience);
    }

    @Override
    ReaderSpec reading() {
        return reading;
    }

    @Override
    ReaderSpec loaded() {
        ReaderSpec stream = reading.orElse(KafkaOptions.DEFAULTS);
        return end().isPresent() ? stream.withFormat(KafkaRange.class.getName()) : stream;
    }

    private Optional<KafkaOffsets> end() {
        return KafkaOffsets.of(reading.options(), ENDING);
    }

    private static boolean isOfEnd(String key) {
        return key.startsWith(ENDING);
    }

    @Override
    List<String> ownSettings() {
        return group.map(name -> ".commitOffsetsTo(" + name + ")").stream().toList();
    }

    @Override
    List<KafkaSource> kafkaSources() {
        return List.of(this);
    }

    /** What it reads, as Spark's progress says it. */
    String selection() {
        return SourceOffsets.selection(reading.options());
    }

    /** Commits the offsets of {@code query} to the group, if there is one. */
    Optional<GroupCommitter> committer(String query) {
        return group.map(name -> GroupCommitter.open(query, name, brokers()));
    }

    @Override
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        if (Collections.disjoint(reading.options().keySet(), SELECTIONS)) {
            problems.add(new Problem("topics", "nothing", "no topic is named", "Call topics(\"...\")."));
        }
        KafkaOptions.startTwice(reading.options())
                .map(twice -> twice.as(Problem::new))
                .ifPresent(problems::add);
        end().ifPresent(end -> problems.addAll(KafkaBatch.problems(reading, end, "until", "range")));
        // These settings make the placeholders work.
        Set<String> keys = reading.options().keySet().stream()
                .filter(key -> !key.startsWith(KafkaOptions.CONFIG_PROVIDERS))
                .collect(Collectors.toSet());
        problems.addAll(Finding.all(KafkaOptions.problems(keys), Problem::new));
        return problems;
    }

    /** The start of the source is checked for a new query alone: a checkpoint with a batch continues where it ended. */
    @Override
    List<Problem> askServers(SparkSession spark, PlannedQuery query) {
        Optional<Problem> endless = end().flatMap(end -> KafkaBatch.problemOfEnd(spark, query, end));
        if (endless.isPresent()) {
            return List.of(endless.get());
        }
        Optional<KafkaTopicIds> ids = topicIds(spark, query);
        boolean isNew = ids.map(KafkaTopicIds::isOfANewQuery).orElse(true);
        List<Finding> found = brokers().problemsOfReading(admin -> {
            KafkaTopics topics = KafkaTopics.of(admin, reading.options());
            List<Finding> problems = new ArrayList<>(topics.unknownPartitions());
            if (problems.isEmpty() && isNew) {
                problems.addAll(topics.problems("starting", "startingFrom"));
                problems.addAll(topics.problems(ENDING, "until"));
            }
            if (KafkaOptions.failsOnDataLoss(reading.options())) {
                ids.ifPresent(noted -> problems.addAll(noted.problems(topics.ids())));
            }
            return problems;
        });
        List<Problem> problems = new ArrayList<>(Finding.all(found, Problem::new));
        if (problems.isEmpty()) {
            groupChecks().ifPresent(checks -> problems.addAll(checks.problems(query, isNew)));
        }
        return problems;
    }

    /** What will keep the query from committing to its group. The log says so when a commit fails. */
    List<Problem> notesOnGroup(SparkSession spark, PlannedQuery query) {
        return groupChecks()
                .map(checks -> checks.notes(topicIds(spark, query)
                        .filter(ids -> !ids.isOfANewQuery())
                        .isPresent()))
                .orElse(List.of());
    }

    private Optional<ConsumerGroupChecks> groupChecks() {
        return group.map(name -> new ConsumerGroupChecks(name, brokers()));
    }

    private KafkaBrokers brokers() {
        return KafkaBrokers.of(reading.options(), patience);
    }

    @Override
    void beforeStart(SparkSession spark, PlannedQuery query) {
        topicIds(spark, query)
                .ifPresent(ids -> brokers()
                        .problemsOfReading(admin -> {
                            ids.write(KafkaTopics.of(admin, reading.options()).ids());
                            return List.of();
                        })
                        .forEach(problem -> LOG.warn(
                                "The ids of the topics are not recorded in the checkpoint: {}",
                                problem.<Problem>as(Problem::new))));
    }

    @Override
    int partitions() {
        AtomicInteger partitions = new AtomicInteger();
        brokers().problemsOfReading(admin -> {
            partitions.set(KafkaTopics.of(admin, reading.options()).partitions().size());
            return List.of();
        });
        return partitions.get();
    }

    private static Optional<KafkaTopicIds> topicIds(SparkSession spark, PlannedQuery query) {
        return query.checkpointLocation().map(location -> new KafkaTopicIds(spark, location));
    }

    private static ReaderSpec adding(ReaderSpec reading, Map<String, String> more) {
        return reading.with(KafkaOptions.joiningProviders(reading.options(), more));
    }

    private KafkaSource selecting(String selection, String value) {
        return with(reading.without(SELECTIONS::contains).with(selection, value));
    }

    private KafkaSource with(ReaderSpec changed) {
        return new KafkaSource(changed, group, patience);
    }
}
