package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every relative link of the Markdown pages leads to a file, and what the text calls a heading, a type or a member is
 * there.
 */
class LinksTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\(([^)#\\s]*)(#[^)\\s]+)?\\)");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```");
    private static final Pattern MEMBER = Pattern.compile("`([a-z]\\w*)(?:\\(\\))?`");
    private static final Pattern TYPE_AND_MEMBER = Pattern.compile("`([A-Z]\\w*)(?:\\.(\\w+))?(?:\\(\\))?`");

    /** Between two paragraphs, items of a list, or rows of a table. */
    private static final String END_OF_TEXT = "\\n(?=\\s*\\n|\\s*- |\\s*\\d+\\. |\\|)";

    @ParameterizedTest
    @MethodSource("pages")
    void everyRelativeLinkResolves(Path page) {
        List<String> broken = links(page)
                .filter(link -> !link.group(2).contains(":"))
                .flatMap(link -> broken(page, link).stream())
                .toList();

        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatStandsBesideALinkToASourceIsAMethodThere(Path page) {
        assertThat(Arrays.stream(prose(page).split(END_OF_TEXT, -1)).flatMap(text -> undeclared(page, text)))
                .isEmpty();
    }

    @Test
    void theMapAnswersEightQuestionsByTypesAndMembers() {
        Path map = ROOT.resolve("docs/architecture.md");

        assertThat(text(map).lines().filter(line -> line.startsWith("| Where ")))
                .hasSize(8)
                .allSatisfy(answer -> {
                    assertThat(sources(map, answer)).isNotEmpty();
                    assertThat(answer).containsPattern(MEMBER);
                });
    }

    /** The members in a text that links to sources, none of which declares them. */
    private static Stream<String> undeclared(Path page, String text) {
        List<String> sources = sources(page, text);
        return sources.isEmpty()
                ? Stream.of()
                : MEMBER.matcher(text)
                        .results()
                        .map(member -> member.group(1))
                        .filter(member -> sources.stream().noneMatch(source -> declares(source, member)))
                        .map(member -> member + " in: " + text.strip());
    }

    /** The Java files that a text links to. */
    private static List<String> sources(Path page, String text) {
        return LINK.matcher(text)
                .results()
                .filter(link -> link.group(2).endsWith(".java"))
                .map(link -> text(page.resolveSibling(link.group(2)).normalize()))
                .toList();
    }

    private static boolean declares(String source, String method) {
        return Pattern.compile("(?m)^ +(?!return |throw |new |yield )[\\w@<][\\w@<>?,.\\[\\] ]* " + method + "\\(")
                .matcher(source)
                .find();
    }

    private static List<String> broken(Path page, MatchResult link) {
        Path target = link.group(2).isEmpty()
                ? page
                : page.resolveSibling(link.group(2)).normalize();
        if (!Files.exists(target)) {
            return List.of(link.group() + ": there is no " + ROOT.relativize(target));
        }
        List<String> broken = new ArrayList<>();
        if (link.group(3) != null && !headings(target).contains(link.group(3).substring(1))) {
            broken.add(link.group() + ": " + ROOT.relativize(target) + " has no such heading");
        }
        if (target.toString().endsWith(".java")) {
            TYPE_AND_MEMBER.matcher(link.group(1)).results().forEach(name -> {
                if (!target.endsWith(name.group(1) + ".java")) {
                    broken.add(link.group() + ": leads to another type");
                } else if (name.group(2) != null && !declares(text(target), name.group(2))) {
                    broken.add(link.group() + ": " + name.group(1) + " has no member of that name");
                }
            });
        }
        return broken;
    }

    private static Set<String> headings(Path page) {
        return prose(page)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static Stream<MatchResult> links(Path page) {
        return LINK.matcher(prose(page)).results();
    }

    private static String prose(Path page) {
        return CODE.matcher(text(page)).replaceAll("");
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(
                                            "README.md",
                                            "CONTRIBUTING.md",
                                            "CHANGELOG.md",
                                            "CODE_OF_CONDUCT.md",
                                            "RELEASE.md",
                                            "SECURITY.md",
                                            ".github/pull_request_template.md",
                                            "samples/README.md",
                                            "samples/consumer/README.md")
                                    .map(ROOT::resolve),
                            docs.filter(file -> file.toString().endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
