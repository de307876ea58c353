package io.catchwater.pipeline.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.oracle.ObservedTree.Node;
import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import io.catchwater.pipeline.oracle.PrefixOracle.Bounds;
import io.catchwater.pipeline.oracle.Simulation.Cut;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/** The oracle against executions whose every state is known, and against the definition tried out. */
final class PrefixOracleTest {

    @Property(tries = 100, shrinking = ShrinkingMode.OFF, afterFailure = AfterFailureMode.SAMPLE_ONLY)
    void everyMomentOfAnExecutionIsAPrefix(@ForAll long seed) {
        Simulation simulation = new Simulation(seed, 60, seed % 3 == 0);
        PrefixOracle oracle = new PrefixOracle(simulation.history());
        for (Cut cut : simulation.cuts) {
            ObservedTree tree = simulation.tree(cut.effects());
            assertThat(oracle.check(tree, new Bounds(cut.mark(), cut.mark())))
                    .as("seed %d, cut %s", seed, cut)
                    .isInstanceOf(Verdict.IsPrefix.class);
        }
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF, afterFailure = AfterFailureMode.SAMPLE_ONLY)
    void agreesWithTheDefinitionOnSmallHistories(@ForAll long seed) {
        Random random = new Random(seed);
        boolean sharedOnly = random.nextInt(3) > 0;
        Simulation simulation = new Simulation(random.nextLong(), 2 + random.nextInt(3), sharedOnly);
        Cut cut = simulation.cuts.get(random.nextInt(simulation.cuts.size()));
        ObservedTree tree = anyTree(simulation, cut, random);
        Bounds bounds = random.nextBoolean() ? PrefixOracle.UNBOUNDED : new Bounds(cut.mark(), cut.mark());
        boolean expected = Exhaustive.isPrefix(simulation.history(), tree, bounds);
        Statistics.collect(expected ? "prefix" : "no prefix");
        Verdict verdict = new PrefixOracle(simulation.history()).check(tree, bounds);
        assertThat(verdict.isPrefix())
                .as(() -> "seed " + seed + ", " + verdict + "\nlog:\n" + simulation.history() + "\ntree:\n"
                        + Machine.text(tree))
                .isEqualTo(expected);
    }

    private static ObservedTree anyTree(Simulation simulation, Cut cut, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> simulation.tree(cut.effects());
            case 1 -> simulation.treeWithout(cut.effects(), anyEffect(simulation, cut, random));
            case 2 -> anyOrder(simulation, random);
            default ->
                mixed(
                        simulation.tree(cut.effects()),
                        simulation.tree(simulation.effects().size()),
                        random);
        };
    }

    private static Op anyEffect(Simulation simulation, Cut cut, Random random) {
        return cut.effects() == 0 ? null : simulation.effects().get(random.nextInt(cut.effects()));
    }

    /** Keeps each thread's own order only. */
    private static ObservedTree anyOrder(Simulation simulation, Random random) {
        Machine machine = new Machine(simulation.layout);
        int[] done = new int[Simulation.THREADS];
        History history = simulation.history();
        for (int step = random.nextInt(history.size() + 1); step > 0; step--) {
            int thread = random.nextInt(done.length);
            if (done[thread] < history.threads().get(thread).size()) {
                machine.execute(history.threads().get(thread).get(done[thread]++));
            }
        }
        return machine.look();
    }

    /** Takes one path, or some bytes of one file, from a later moment. */
    private static ObservedTree mixed(ObservedTree tree, ObservedTree later, Random random) {
        Map<String, Node> nodes = new TreeMap<>(tree.nodes());
        List<String> paths = new ArrayList<>(nodes.keySet());
        String path = paths.get(random.nextInt(paths.size()));
        Node newer = later.nodes().get(path);
        if (nodes.get(path) instanceof RegularFile file && newer instanceof RegularFile other) {
            byte[] bytes = file.content().array().clone();
            int common = Math.min(bytes.length, other.content().capacity());
            int start = common / 16 == 0 ? 0 : 16 * random.nextInt(common / 16);
            System.arraycopy(other.content().array(), start, bytes, start, common - start);
            ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            RegularFile torn = new RegularFile(file.mode(), file.identity(), content);
            nodes.replaceAll((name, node) ->
                    node instanceof RegularFile same && same.identity().equals(file.identity()) ? torn : node);
        } else if (newer == null) {
            nodes.remove(path);
        }
        return new ObservedTree(nodes);
    }

    @Example
    void explainsWhatItFound() {
        Simulation simulation = new Simulation(7, 40, false);
        Cut cut = simulation.cuts.get(simulation.cuts.size() - 1);
        Op omitted = simulation.effects().stream()
                .filter(op -> op.kind() == Kind.APPEND)
                .findFirst()
                .orElseThrow();
        Verdict verdict = new PrefixOracle(simulation.history())
                .check(simulation.treeWithout(cut.effects(), omitted), PrefixOracle.UNBOUNDED);
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.NoPrefix.class,
                        no -> assertThat(no.explanation()).contains("data/log0", "not there is " + omitted));
    }
}
