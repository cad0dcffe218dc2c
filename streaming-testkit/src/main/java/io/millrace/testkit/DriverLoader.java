package io.millrace.testkit;

import io.millrace.core.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of a project again, as the JVM of a new driver does: those that come from directories. Classes from
 * jars, of the testkit and of a target in this JVM stay the same.
 */
final class DriverLoader extends ClassLoader implements AutoCloseable {
    private static final Map<String, DriverLoader> ALL = new ConcurrentHashMap<>();
    private static final List<String> KEPT = Stream.of(DriverLoader.class, Source.class)
            .map(DriverLoader::location)
            .toList();

    private final String id = UUID.randomUUID().toString();
    private final List<Class<?>> target;

    /** @param target the classes of a target in this JVM */
    DriverLoader(ClassLoader parent, List<Class<?>> target) {
        super(parent);
        this.target = List.copyOf(target);
        ALL.put(id, this);
    }

    static DriverLoader of(String id) {
        return Objects.requireNonNull(ALL.get(id), "the test of this driver has ended");
    }

    String id() {
        return id;
    }

    /** Tasks can no longer find it. */
    @Override
    public void close() {
        ALL.remove(id);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            URL file = file(name);
            return file == null ? super.loadClass(name, resolve) : define(name, file);
        }
    }

    /** The file of a class that is loaded again; null if it is not. */
    private @Nullable URL file(String name) {
        boolean isOfTarget =
                target.stream().map(Class::getName).anyMatch(kept -> name.equals(kept) || name.startsWith(kept + "$"));
        String path = name.replace('.', '/') + ".class";
        URL file = isOfTarget ? null : getParent().getResource(path);
        return file != null
                        && file.getProtocol().equals("file")
                        && KEPT.stream().noneMatch(kept -> file.toString().equals(kept + path))
                ? file
                : null;
    }

    private Class<?> define(String name, URL file) {
        try (InputStream in = file.openStream()) {
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private static String location(Class<?> type) {
        return String.valueOf(type.getProtectionDomain().getCodeSource().getLocation());
    }
}
