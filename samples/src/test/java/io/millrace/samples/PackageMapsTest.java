package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the {@code package-info} of each package names all its types. */
class PackageMapsTest {
    private static final Path ROOT = ProjectFiles.ROOT;
    private static final String MAP = "package-info.java";
    private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*");

    @ParameterizedTest
    @MethodSource("packages")
    void packageInfoNamesEveryTypeOfItsPackage(Path directory) throws IOException {
        Set<String> named = NAME.matcher(
                        Files.readString(ROOT.resolve(directory).resolve(MAP)))
                .results()
                .map(name -> name.group())
                .collect(Collectors.toSet());

        try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".java") && !name.equals(MAP))
                            .map(name -> name.replace(".java", "")))
                    .allSatisfy(type -> assertThat(named).contains(type));
        }
    }

    static List<Path> packages() {
        return ProjectFiles.named(".java").stream()
                .map(file -> ProjectFiles.ROOT.relativize(file).getParent())
                .filter(directory -> directory.toString().matches("[\\w-]+/src/main/java/.*"))
                .distinct()
                .sorted()
                .toList();
    }
}
