import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.crypto.KeyGenerationParameters;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.bc.BcPGPSecretKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The checks of ./release-check. {@code key} prints a new signing key; {@code check VERSION BUNDLE REBUILT [NEWEST]}
 * prints what is wrong with the bundle, one sentence each, and exits with 1 if there is anything. REBUILT is the bundle
 * of a second build, NEWEST has the jars of a line against the newest Spark that they run on. Signatures are checked
 * with the key in the variable MAVEN_GPG_KEY.
 */
class ReleaseCheck {
    private static final String GROUP = "io.millrace";
    private static final Map<String, String> CHECKSUMS =
            Map.of(".md5", "MD5", ".sha1", "SHA-1", ".sha256", "SHA-256", ".sha512", "SHA-512");
    private static final List<String> LIBRARY = List.of(".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json");

    private final Set<String> findings = new TreeSet<>();
    private final String version;
    private final Path bundle;
    private int signatures;

    private ReleaseCheck(String version, Path bundle) {
        this.version = version;
        this.bundle = bundle;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("key")) {
            printNewKey();
            return;
        }
        ReleaseCheck check = new ReleaseCheck(arguments[1], Path.of(arguments[2]));
        int artifacts = check.artifacts();
        check.checkBytes(Path.of(arguments[3]));
        if (arguments.length > 4) {
            check.checkClasses(Path.of(arguments[4]));
        }
        check.findings.forEach(System.out::println);
        if (!check.findings.isEmpty()) {
            System.exit(1);
        }
        System.out.printf(
                "bundle: complete artifacts=%d signatures=%d reproducible=yes%n", artifacts, check.signatures);
    }

    private int artifacts() throws Exception {
        Set<String> files = files(bundle);
        Map<String, Element> poms = new HashMap<>();
        Set<String> expected = new TreeSet<>();
        for (String file : files) {
            if (file.endsWith(".pom")) {
                Path folder = Path.of(file).getParent();
                Element pom = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(bundle.resolve(file).toFile())
                        .getDocumentElement();
                String artifact = folder.getParent().getFileName().toString();
                poms.put(artifact, pom);
                String path = GROUP.replace('.', '/') + "/" + artifact + "/" + version + "/" + artifact + "-" + version;
                expected.add(path + ".pom");
                if (!"pom".equals(text(pom, "packaging"))) {
                    LIBRARY.forEach(ending -> expected.add(path + ending));
                }
            }
        }
        for (String file : expected) {
            if (files.contains(file)) {
                checkSignature(file);
                checkChecksums(file);
            } else {
                findings.add("There is no " + file + ".");
            }
        }
        files.stream()
                .filter(file -> !expected.contains(file.replaceFirst("\\.(asc|md5|sha1|sha256|sha512)$", "")))
                .forEach(file -> findings.add(file + " does not belong in a release."));
        poms.forEach((artifact, pom) -> checkPom(artifact, pom, poms.keySet()));
        checkBom(poms);
        return poms.size();
    }

    private void checkPom(String artifact, Element pom, Set<String> artifacts) {
        String of = "The POM of " + artifact;
        Map.of("groupId", GROUP, "artifactId", artifact, "version", version).forEach((name, value) -> {
            if (!value.equals(text(pom, name))) {
                findings.add(of + " has the " + name + " " + text(pom, name) + ", not " + value + ".");
            }
        });
        Stream.of("name", "description", "url", "licenses/license/name", "licenses/license/url",
                        "developers/developer/name", "scm/connection", "scm/developerConnection", "scm/url")
                .filter(path -> text(pom, path.split("/")).isEmpty())
                .forEach(path -> findings.add(of + " has no " + path + "."));
        Stream.of("parent", "repositories", "pluginRepositories", "distributionManagement", "modules", "profiles")
                .filter(name -> child(pom, name) != null)
                .forEach(name -> findings.add(of + " has the element " + name + "."));
        if (pom.getTextContent().contains("${")) {
            findings.add(of + " has an expression that only its build can resolve.");
        }
        for (Element dependency : elements(pom, "dependency")) {
            String name = text(dependency, "artifactId");
            if (text(dependency, "version").isEmpty() || text(dependency, "version").endsWith("-SNAPSHOT")) {
                findings.add(of + " names no released version of " + name + ".");
            }
            if (GROUP.equals(text(dependency, "groupId"))
                    && !(artifacts.contains(name) && version.equals(text(dependency, "version")))) {
                findings.add(of + " names " + name + " " + text(dependency, "version")
                        + ", which is not in the bundle.");
            }
        }
    }

    /** A whole artifact that is missing is noticed here. */
    private void checkBom(Map<String, Element> poms) {
        Element bom = poms.get("millrace-bom");
        if (bom == null) {
            findings.add("There is no millrace-bom.");
            return;
        }
        Set<String> managed = elements(bom, "dependency").stream()
                .map(dependency -> text(dependency, "artifactId"))
                .collect(Collectors.toSet());
        poms.keySet().stream()
                .filter(artifact -> !artifact.equals("millrace-bom") && !managed.contains(artifact))
                .forEach(artifact -> findings.add("millrace-bom does not manage " + artifact + "."));
    }

    private void checkChecksums(String file) throws Exception {
        for (Map.Entry<String, String> checksum : CHECKSUMS.entrySet()) {
            Path written = bundle.resolve(file + checksum.getKey());
            byte[] computed = MessageDigest.getInstance(checksum.getValue())
                    .digest(Files.readAllBytes(bundle.resolve(file)));
            if (!Files.exists(written)) {
                findings.add("There is no " + file + checksum.getKey() + ".");
            } else if (!Files.readString(written).strip().equals(HexFormat.of().formatHex(computed))) {
                findings.add("The " + checksum.getValue() + " checksum of " + file + " is wrong.");
            }
        }
    }

    private void checkSignature(String file) throws IOException, PGPException {
        Path written = bundle.resolve(file + ".asc");
        if (!Files.exists(written)) {
            findings.add("There is no " + file + ".asc.");
        } else if (verifies(Files.readAllBytes(bundle.resolve(file)), written)) {
            signatures++;
        } else {
            findings.add("The signature of " + file + " does not verify.");
        }
    }

    private static boolean verifies(byte[] signed, Path written) throws IOException, PGPException {
        try (InputStream armored = PGPUtil.getDecoderStream(Files.newInputStream(written));
                InputStream key = PGPUtil.getDecoderStream(new ByteArrayInputStream(
                        System.getenv("MAVEN_GPG_KEY").getBytes(StandardCharsets.US_ASCII)))) {
            PGPSignature signature = ((PGPSignatureList) new BcPGPObjectFactory(armored).nextObject()).get(0);
            PGPSecretKey signer = new BcPGPSecretKeyRingCollection(key).getSecretKey(signature.getKeyID());
            if (signer == null) {
                return false;
            }
            signature.init(new BcPGPContentVerifierBuilderProvider(), signer.getPublicKey());
            signature.update(signed);
            return signature.verify();
        } catch (IOException | ClassCastException | NullPointerException notASignature) {
            return false;
        }
    }

    private void checkBytes(Path rebuilt) throws IOException {
        for (String file : files(bundle)) {
            Path again = rebuilt.resolve(file);
            if (!file.contains(".asc") && !Files.exists(again)) {
                findings.add(file + " is not made by a second build.");
            } else if (!file.contains(".asc") && Files.mismatch(bundle.resolve(file), again) != -1) {
                String first = file.endsWith(".jar") ? firstDifference(bundle.resolve(file), again, "") : "";
                findings.add(file + " has other bytes in a second build" + first + ".");
            }
        }
    }

    private void checkClasses(Path newest) throws IOException {
        List<String> jars = files(newest).stream()
                .filter(file -> file.endsWith("-" + version + ".jar") && Files.exists(bundle.resolve(file)))
                .toList();
        if (jars.isEmpty()) {
            findings.add("There is no jar of the bundle in " + newest + ".");
        }
        for (String jar : jars) {
            String first = firstDifference(bundle.resolve(jar), newest.resolve(jar), ".class");
            if (!first.isEmpty()) {
                findings.add(jar + " has other classes against the newest Spark" + first + ".");
            }
        }
    }

    /** Names the first entry with that ending which is not the same in both jars; empty if there is none. */
    private static String firstDifference(Path one, Path other, String ending) throws IOException {
        try (JarFile a = new JarFile(one.toFile());
                JarFile b = new JarFile(other.toFile())) {
            Set<String> names = Stream.concat(a.stream(), b.stream())
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(ending))
                    .collect(Collectors.toCollection(TreeSet::new));
            for (String name : names) {
                if (!Arrays.equals(bytes(a, name), bytes(b, name))) {
                    return ", first in " + name;
                }
            }
            return "";
        }
    }

    private static byte[] bytes(JarFile jar, String name) throws IOException {
        ZipEntry entry = jar.getEntry(name);
        return entry == null ? null : jar.getInputStream(entry).readAllBytes();
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String text(Element element, String... path) {
        Element found = element;
        for (String name : path) {
            found = found == null ? null : child(found, name);
        }
        return found == null ? "" : found.getTextContent().strip();
    }

    private static Element child(Element parent, String name) {
        return children(parent.getChildNodes())
                .filter(element -> element.getNodeName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static List<Element> elements(Element root, String name) {
        return children(root.getElementsByTagName(name)).toList();
    }

    private static Stream<Element> children(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .map(Element.class::cast);
    }

    private static void printNewKey() throws IOException, PGPException {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new KeyGenerationParameters(new SecureRandom(), 256));
        BcPGPKeyPair pair = new BcPGPKeyPair(4, PGPPublicKey.EDDSA_LEGACY, generator.generateKeyPair(), new Date());
        PGPSecretKey key = new PGPSecretKey(
                PGPSignature.POSITIVE_CERTIFICATION,
                pair,
                "A key for one check, not for a release",
                new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                null,
                null,
                new BcPGPContentSignerBuilder(PGPPublicKey.EDDSA_LEGACY, HashAlgorithmTags.SHA256),
                null);
        try (ArmoredOutputStream armored = new ArmoredOutputStream(System.out)) {
            key.encode(armored);
        }
    }
}
