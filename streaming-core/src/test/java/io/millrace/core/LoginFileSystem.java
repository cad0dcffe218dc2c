package io.millrace.core;

import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.SparkSession;

/** The local files under locations that carry a login, which those of {@code file:} cannot. */
public final class LoginFileSystem extends RawLocalFileSystem {
    private static final String SERVER = "login://AK:canary@box";

    /** A location as no message may show it. */
    public static final String SHOWN = "login://***@box";

    /** For Hadoop. */
    public LoginFileSystem() {}

    /** The local {@code path} as a location with a login. */
    public static String location(SparkSession spark, java.nio.file.Path path) {
        spark.conf().set("fs.login.impl", LoginFileSystem.class.getName());
        return SERVER + path;
    }

    @Override
    public URI getUri() {
        return URI.create(SERVER);
    }

    @Override
    protected void checkPath(Path path) {
        // Paths of any server are local ones.
    }
}
