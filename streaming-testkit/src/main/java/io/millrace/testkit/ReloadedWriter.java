package io.millrace.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.UncheckedIOException;
import org.apache.spark.sql.ForeachWriter;
import org.jspecify.annotations.Nullable;

/** Carries a writer whose classes a {@link DriverLoader} has loaded into its tasks, which would load them elsewhere. */
final class ReloadedWriter extends ForeachWriter<Object> {
    private static final long serialVersionUID = 1L;

    private final String loader;
    private final byte[] bytes;
    private transient @Nullable ForeachWriter<Object> writer;

    ReloadedWriter(ForeachWriter<?> original, DriverLoader loader) {
        this.loader = loader.id();
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(copy)) {
            out.writeObject(original);
        } catch (IOException e) {
            throw new UncheckedIOException("The writer of the sink cannot be serialized.", e);
        }
        this.bytes = copy.toByteArray();
    }

    @Override
    public boolean open(long partition, long epoch) {
        return writer().open(partition, epoch);
    }

    @Override
    public void process(Object row) {
        writer().process(row);
    }

    @Override
    public void close(@Nullable Throwable error) {
        writer().close(error);
    }

    @SuppressWarnings("unchecked") // The writer of a Dataset<Row>, whose rows Spark passes.
    private ForeachWriter<Object> writer() {
        ForeachWriter<Object> current = writer;
        if (current == null) {
            try (ObjectInputStream in = new LoadedObjects(new ByteArrayInputStream(bytes), DriverLoader.of(loader))) {
                current = (ForeachWriter<Object>) in.readObject();
            } catch (IOException | ClassNotFoundException e) {
                throw new IllegalStateException("The writer of the sink cannot be read.", e);
            }
            writer = current;
        }
        return current;
    }

    private static final class LoadedObjects extends ObjectInputStream {
        private final ClassLoader loader;

        LoadedObjects(InputStream in, ClassLoader loader) throws IOException {
            super(in);
            this.loader = loader;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, loader);
            } catch (ClassNotFoundException primitive) {
                return super.resolveClass(description);
            }
        }
    }
}
