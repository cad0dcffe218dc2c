package io.millrace.testkit.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command prefix that runs a program without root's rights, for a program that refuses to run as root in a
 * container whose only user is root. Empty for every other user.
 */
record Unprivileged(List<String> prefix) {
    private static final String NOBODY = "65534";

    // A user namespace first: in it the server stays the owner of its files, and needs no directory open to all.
    private static final Unprivileged NAMESPACE = new Unprivileged(List.of("unshare", "-U"));
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups");
    private static final List<String> REACHING_HOME =
            List.of("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override");

    /** Finds a prefix that can run {@code program} on {@code data}, and makes its user the owner of {@code data}. */
    static Unprivileged owning(Path data, Path program) throws IOException {
        if (!Commands.isRoot()) {
            return new Unprivileged(List.of());
        }
        if (NAMESPACE.works(data, program)) {
            return NAMESPACE;
        }
        giveAway(data);
        return Stream.of(
                        AS_NOBODY,
                        Stream.concat(AS_NOBODY.stream(), REACHING_HOME.stream())
                                .toList())
                .map(Unprivileged::new)
                .filter(prefix -> prefix.works(data, program))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("PostgreSQL does not run as root, and here neither"
                        + " \"unshare -U\" nor \"setpriv --reuid " + NOBODY + "\" can give root's rights up. Run as"
                        + " another user, or install util-linux and set java.io.tmpdir to a directory that every user"
                        + " can enter (now " + System.getProperty("java.io.tmpdir") + ")."));
    }

    private boolean works(Path data, Path program) {
        String check = "test -w \"$1\" && test -x \"$2\" && test \"$(id -u)\" != 0";
        List<String> probe = List.of("sh", "-c", check, "sh", data.toString(), program.toString());
        return Commands.succeeds(Stream.concat(prefix.stream(), probe.stream()).toList());
    }

    private static void giveAway(Path data) throws IOException {
        Files.setAttribute(data, "unix:uid", Integer.parseInt(NOBODY));
        for (Path above : List.of(data.resolve(".."), data.resolve("../.."))) {
            Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx--x--x"));
        }
    }
}
