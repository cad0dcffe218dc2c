package io.millrace.testkit;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;

/** Opens the packages of the JDK that Spark needs, at run time. Uses internals of the JDK, for Java 17. */
final class JvmModules {
    private static final Pattern OPENED = Pattern.compile("--add-opens=([\\w.]+)/([\\w.]+)=ALL-UNNAMED");

    private JvmModules() {}

    /** Opens what {@code spark-submit} opens by flags. */
    static void openToSpark() {
        try {
            Method open = Module.class.getDeclaredMethod("implAddOpensToAllUnnamed", String.class);
            makeAccessible(open);
            Matcher options = OPENED.matcher(JavaModuleOptions.defaultModuleOptions());
            while (options.find()) {
                String packageName = options.group(2);
                ModuleLayer.boot().findModule(options.group(1)).ifPresent(module -> open(open, module, packageName));
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw cannotOpen(e);
        }
    }

    static IllegalStateException cannotOpen(Exception cause) {
        return new IllegalStateException(
                "The testkit cannot open the packages of the JDK that Spark needs: start the JVM with the flags "
                        + JavaModuleOptions.defaultModuleOptions(),
                cause);
    }

    private static void open(Method open, Module module, String packageName) {
        try {
            open.invoke(module, packageName);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Same layout as {@link java.lang.reflect.AccessibleObject}, whose only field reflection hides. */
    private static final class AccessibleMirror {
        @SuppressWarnings("unused") // Only its offset is used.
        boolean override;
    }

    // By reflection, because javac warns of sun.misc.Unsafe in a way that no annotation can suppress.
    private static void makeAccessible(Method method) throws ReflectiveOperationException {
        Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
        Field theUnsafe = unsafeClass.getDeclaredField("theUnsafe");
        theUnsafe.setAccessible(true);
        Object unsafe = theUnsafe.get(null);
        Object offset = unsafeClass
                .getMethod("objectFieldOffset", Field.class)
                .invoke(unsafe, AccessibleMirror.class.getDeclaredField("override"));
        unsafeClass
                .getMethod("putBoolean", Object.class, long.class, boolean.class)
                .invoke(unsafe, method, offset, true);
    }
}
