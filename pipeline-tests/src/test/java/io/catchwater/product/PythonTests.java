package io.catchwater.product;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A run of the tests that Python brings for itself, as Debian packages them. */
final class PythonTests {

    private static final String SIDE_BY_SIDE = "-j3";
    private static final String CASE_TIMEOUT = "--timeout=300";

    private PythonTests() {}

    /**
     * A command that runs tests with everything they make below a directory; compiled modules stay there.
     *
     * @param report where it leaves the outcome of each case
     * @param what modules, options
     */
    static List<String> command(Path directory, Path report, List<String> what) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "-C",
                directory.toString(),
                "TMPDIR=" + directory,
                "PYTHONPYCACHEPREFIX=" + directory.resolve("cache"),
                "/usr/bin/python3",
                "-m",
                "test",
                SIDE_BY_SIDE,
                CASE_TIMEOUT,
                "--tempdir=" + directory,
                "--junit-xml=" + report));
        command.addAll(what);
        return command;
    }

    /** Each case's name with how it ended: {@code passed}, {@code skipped}, {@code failure} or {@code error}. */
    static Map<String, String> outcomes(Path report) throws IOException {
        try {
            NodeList cases = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getElementsByTagName("testcase");
            Map<String, String> outcomes = new TreeMap<>();
            for (int i = 0; i < cases.getLength(); i++) {
                Element testCase = (Element) cases.item(i);
                outcomes.merge(testCase.getAttribute("name"), outcome(testCase), PythonTests::worse);
            }
            return outcomes;
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(e);
        }
    }

    private static String outcome(Element testCase) {
        for (Node child = testCase.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (List.of("failure", "error", "skipped").contains(child.getNodeName())) {
                return child.getNodeName();
            }
        }
        return "passed";
    }

    /** A case with subtests is there more than once. */
    private static String worse(String one, String other) {
        List<String> order = List.of("passed", "skipped", "failure", "error");
        return order.indexOf(one) > order.indexOf(other) ? one : other;
    }
}
