package io.millrace.core.internal.spark;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local file that appears under its name with all of its content, or not at all: the content goes to a temporary file
 * beside it, which takes the name when it is complete and on the disk. Starts no process.
 */
final class AtomicFile extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);

    private final Path target;
    private final Path temporary;
    // Not a channel: an interrupt of the thread, by which Spark stops a query, would close it.
    private final FileOutputStream file;
    private final OutputStream content;
    private boolean broken;

    /** @param permissions those of the file; null where the file system has none */
    AtomicFile(Path target, String temporaryName, @Nullable Set<PosixFilePermission> permissions) throws IOException {
        this.target = target;
        temporary = target.resolveSibling(temporaryName);
        file = new FileOutputStream(temporary.toFile());
        content = new BufferedOutputStream(file);
        if (permissions != null) {
            try {
                Files.setPosixFilePermissions(temporary, permissions);
            } catch (IOException | RuntimeException e) {
                discard();
                throw e;
            }
        }
    }

    /** The file in which Hadoop's own local file system keeps the checksums of {@code file}. */
    static File checksums(File file) {
        return new File(file.getParentFile(), "." + file.getName() + ".crc");
    }

    @Override
    public void write(int next) throws IOException {
        write(new byte[] {(byte) next}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            content.write(bytes, offset, length);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        content.flush();
    }

    /**
     * Gives the file its name, in place of a file that has it.
     *
     * @throws IOException if it is not complete; then the file that had the name is unchanged
     */
    void replace() throws IOException {
        publish(() -> {
            // A reader would compare the new content with the checksums of the old.
            Files.deleteIfExists(checksums(target.toFile()).toPath());
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    /**
     * Gives the file its name, unless another file has it, and writes the name to the disk. Of several processes that
     * do this at once, one succeeds.
     *
     * @throws FileAlreadyExistsException if another file has the name
     */
    void claim() throws IOException {
        claim(Files::createLink);
    }

    /** The same with another way of giving a file a second name. */
    void claim(SecondName link) throws IOException {
        publish(() -> {
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            // Left by a writer with checksums, if a crash came between the deletion of its file and of this one.
            Files.deleteIfExists(checksums(target.toFile()).toPath());
            link(link);
            syncDirectory();
        });
    }

    /** Closes and deletes the temporary file. Throws nothing: what stays has a name that nobody reads. */
    void discard() {
        try {
            file.close();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("The temporary file {} of a checkpoint could not be deleted.", temporary, e);
        }
    }

    private void publish(Naming naming) throws IOException {
        try {
            if (broken) {
                throw new IOException("A write to " + target + " has failed, so that it is not complete.");
            }
            content.flush();
            // Without this, a file may have its name but not its content when the machine loses power.
            file.getFD().sync();
            file.close();
            naming.name();
        } finally {
            discard();
        }
    }

    /** A second name is refused by the file system itself if it is taken; a rename would replace the file. */
    private void link(SecondName link) throws IOException {
        try {
            link.create(target, temporary);
        } catch (FileAlreadyExistsException e) {
            // Over a network, the reply to a first attempt may be lost, so that the second one finds its own file.
            if (!Files.isSameFile(target, temporary)) {
                throw e;
            }
        } catch (UnsupportedOperationException | FileSystemException e) {
            // No second names in this file system: what is left is to look before renaming, as Spark does everywhere.
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void syncDirectory() {
        try (FileChannel directory = FileChannel.open(target.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            // Some systems cannot, and a query that is stopped is interrupted here: the file has its name all the same.
            LOG.debug("The directory of {} was not synced.", target, e);
        }
    }

    /** Gives {@code existing} the name {@code link} as well. */
    @FunctionalInterface
    interface SecondName {
        void create(Path link, Path existing) throws IOException;
    }

    /** How the temporary file gets the name. */
    @FunctionalInterface
    private interface Naming {
        void name() throws IOException;
    }
}
