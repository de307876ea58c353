package io.catchwater.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Sends the log of the process to a file: Catchwater from INFO, everything else from WARN. Before that, and on standard
 * error, nothing is logged: what a user has to know is said by the commands themselves.
 */
public final class LogFile {
    private static final String OURS = "io.catchwater";
    private static final String APPENDER = "file";
    private static final String MAX_FILE_SIZE = "8 MB";
    private static final int OLD_FILES = 3;

    private static volatile Path opened;

    private LogFile() {}

    /** The file that is being written, if one is. */
    public static Optional<Path> file() {
        return Optional.ofNullable(opened);
    }

    /** {@link #openIn(Path, String)} for the process that has a data directory to itself. */
    public static Path openIn(Path directory) {
        return openIn(directory, "catchwater");
    }

    /**
     * Starts to write a log in a directory, which is created when missing, and closed to others. At most 32 MB are kept. A
     * file that was opened before is closed.
     *
     * @param name of the file, without {@code .log}; no two processes write one file
     * @return the file
     */
    public static synchronized Path openIn(Path directory, String name) {
        Path file = directory.resolve(name + ".log");
        if (file.equals(opened)) {
            return file;
        }
        try {
            OwnerOnly.directory(directory);
        } catch (IOException e) {
            // Nothing is logged where nothing can be, and the command is done all the same.
            return file;
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Appender<ILoggingEvent> earlier = root.getAppender(APPENDER);
        if (earlier != null) {
            root.detachAppender(earlier);
            earlier.stop();
        }
        root.addAppender(appender(context, file));
        root.setLevel(Level.WARN);
        context.getLogger(OURS).setLevel(Level.INFO);
        opened = file;
        return file;
    }

    private static Appender<ILoggingEvent> appender(LoggerContext context, Path file) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} %msg%n");
        encoder.start();

        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setName(APPENDER);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);

        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(OLD_FILES);
        rolling.start();

        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(FileSize.valueOf(MAX_FILE_SIZE));
        trigger.start();

        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(trigger);
        appender.start();
        return appender;
    }
}
