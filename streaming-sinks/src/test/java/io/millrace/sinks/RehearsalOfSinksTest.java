package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Pipeline;
import io.millrace.core.Rehearsal;
import io.millrace.core.Sink;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.sinks.jdbc.Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Rehearsals of pipelines with several sinks, and where the copy of the checkpoint cannot be written. */
class RehearsalOfSinksTest extends RehearsalCheck {
    RehearsalOfSinksTest(@TempDir Path directory, TestInfo test) {
        super(directory, test);
    }

    @Test
    void noneOfSeveralSinksGetsARowAndAllGetThemOnceAfterwards() throws Exception {
        send(10);
        run(intoFilesAndTable());
        send(10);
        Map<String, String> before = files(directory);

        Rehearsal rehearsal = intoFilesAndTable().rehearse(session());

        assertThat(rehearsal.toString())
                .startsWith("Rehearsal of \"hits\": batch 1, 10 rows read, 10 rows for the sink");
        assertThat(files(directory)).as("checkpoint and files").isEqualTo(before);
        assertThat(rows()).containsExactly("10");
        assertThat(ledger()).containsExactly("0");
        run(intoFilesAndTable());
        assertThat(rows()).containsExactly("20");
        assertThat(ledger()).containsExactly("1");
        assertThat(session().read().parquet(out()).count()).isEqualTo(20);
    }

    @Test
    void aBatchThatOneOfSeveralSinksHasWrittenIsRehearsedAndThenFinished() throws Exception {
        send(10);
        Server.execute("ALTER TABLE rehearsed ADD CONSTRAINT small CHECK (id < '5')");
        assertThatThrownBy(() -> run(intoFilesAndTable())).hasMessageContaining("1 of 2 sinks failed: table");
        Map<String, String> before = files(directory);

        Rehearsal rehearsal = intoFilesAndTable().rehearse(session());

        assertThat(rehearsal.rerun()).isTrue();
        assertThat(rehearsal.rowsForSink()).isEqualTo(10);
        assertThat(files(directory)).isEqualTo(before);
        assertThat(rows()).containsExactly("0");
        Server.execute("ALTER TABLE rehearsed DROP CONSTRAINT small");
        run(intoFilesAndTable());
        assertThat(rows()).containsExactly("10");
        assertThat(session().read().parquet(out()).count()).isEqualTo(10);
    }

    @Test
    void aCheckpointBesideWhichNothingCanBeWrittenIsRefusedInASentence() throws Exception {
        String denied = ": Permission denied: user=job. Nothing has run. A directory next to the checkpoint must be"
                + " writable, with room for the state.";
        Pipeline guarded = hits().checkpointAt(GuardedFileSystem.location(checkpoint));

        assertThatThrownBy(() -> guarded.rehearse(session()))
                .as("a new query")
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The rehearsal of \"hits\" cannot create its own checkpoint" + denied);
        send(10);
        run(hits());
        assertThatThrownBy(() -> guarded.rehearse(session()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The rehearsal of \"hits\" cannot copy the checkpoint" + denied);
        assertNoCopyIsLeft();
        assertThat(rows()).containsExactly("10");
    }

    private Pipeline intoFilesAndTable() {
        JdbcTarget table = Sinks.jdbc(Server.database()).table("rehearsed");
        Sink both = Sinks.several("files", Sinks.parquet(out())).and("table", table.appendExactlyOnce());
        return hits().to(both);
    }

    private String out() {
        return directory.resolve("out").toString();
    }

    private static List<String> rows() {
        return Server.rows("SELECT count(*) FROM rehearsed");
    }

    private static List<String> ledger() {
        return Server.rows("SELECT batch_id FROM millrace_ledger");
    }

    /** The local files, where nothing new may be created beside a checkpoint. */
    public static final class GuardedFileSystem extends RawLocalFileSystem {
        private static final String SERVER = "guarded://box";

        /** For Hadoop. */
        public GuardedFileSystem() {}

        static String location(Path path) {
            session().conf().set("fs.guarded.impl", GuardedFileSystem.class.getName());
            return SERVER + path;
        }

        @Override
        public URI getUri() {
            return URI.create(SERVER);
        }

        @Override
        protected void checkPath(org.apache.hadoop.fs.Path path) {
            // Paths of any server are local ones.
        }

        @Override
        public boolean mkdirs(org.apache.hadoop.fs.Path path) throws IOException {
            for (Path entry = Path.of(path.toUri().getPath()); entry != null; entry = entry.getParent()) {
                if (!Files.exists(entry) && entry.getFileName().toString().startsWith("checkpoint")) {
                    throw new AccessControlException("Permission denied: user=job");
                }
            }
            return super.mkdirs(path);
        }

        @Override
        public boolean mkdirs(org.apache.hadoop.fs.Path path, FsPermission permission) throws IOException {
            return mkdirs(path);
        }
    }
}
