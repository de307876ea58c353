package io.catchwater.pipeline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Keeps the rooms apart: what one stage may know of another is only what travels through Kafka. */
@AnalyzeClasses(packages = "io.catchwater", importOptions = DoNotIncludeTests.class)
final class StageBoundariesTest {
    private static final String SCHEMAS = "io.catchwater.schemas..";
    private static final String FILES = "io.catchwater.files..";
    private static final String BRIDGE = "io.catchwater.bridge..";
    private static final String STREAM = "io.catchwater.stream..";
    private static final String SINK = "io.catchwater.sink..";
    private static final String CLI = "io.catchwater.cli..";

    @ArchTest
    static final ArchRule bridgeKnowsNoOtherStage = noClasses()
            .that()
            .resideInAPackage(BRIDGE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STREAM, SINK, CLI)
            .because("the bridge runs on the source's host and must work when nothing downstream does");

    @ArchTest
    static final ArchRule streamProcessorKnowsNoOtherStage = noClasses()
            .that()
            .resideInAPackage(STREAM)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BRIDGE, SINK, CLI)
            .because("the order is decided from records alone, so that it can be replayed and tested without a host");

    @ArchTest
    static final ArchRule streamProcessorTouchesNoFiles = noClasses()
            .that()
            .resideInAPackage(STREAM)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FILES)
            .because("the stream processor runs where neither the source nor the backup is mounted");

    @ArchTest
    static final ArchRule sinkKnowsNoOtherStage = noClasses()
            .that()
            .resideInAPackage(SINK)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BRIDGE, STREAM, CLI)
            .because("a restore host rebuilds a directory from the topics alone, with neither source nor processor");

    @ArchTest
    static final ArchRule schemasKnowNobody = noClasses()
            .that()
            .resideInAPackage(SCHEMAS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FILES, BRIDGE, STREAM, SINK, CLI)
            .because("what crosses a boundary belongs to neither side of it");

    @ArchTest
    static final ArchRule filesKnowNobody = noClasses()
            .that()
            .resideInAPackage(FILES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCHEMAS, BRIDGE, STREAM, SINK, CLI)
            .because("the file layer wraps the kernel and must stay usable under every stage");
}
