package io.catchwater.bridge.drain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.bridge.copy.Copies;
import io.catchwater.bridge.copy.ExcludedNames;
import io.catchwater.bridge.copy.NameChanges;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.RingEntry;
import io.catchwater.bridge.source.CapturedPrograms;
import io.catchwater.bridge.source.SourceRoots;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Truncated;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.schemas.event.Written;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns entries into events, and orders the copies that they make necessary. Drain thread only. */
final class EntryPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(EntryPublisher.class);
    private static final String NOT_RECORDED = "content not recorded";
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EventLog log;
    private final SourceRoots roots;
    private final Copies copies;
    private final ExcludedNames excluded;
    private final NameChanges nameChanges;
    private final MappedFiles mapped;
    private final IoUringFiles ioUring;
    private final CapturedPrograms programs;
    private final AtomicInteger processes = new AtomicInteger();

    EntryPublisher(
            EventLog log,
            SourceRoots roots,
            Copies copies,
            MappedFiles mapped,
            IoUringFiles ioUring,
            CapturedPrograms programs) {
        this.programs = programs;
        this.log = log;
        this.roots = roots;
        this.copies = copies;
        this.excluded = new ExcludedNames(log, copies, roots);
        this.nameChanges = new NameChanges(log, copies, excluded);
        this.mapped = mapped;
        this.ioUring = ioUring;
    }

    /** Programs that began under the hook so far. Any thread. */
    int processes() {
        return processes.get();
    }

    /** Sends what the next entry says. The drained position is still before it. */
    void publish(RingEntry entry) {
        if (entry instanceof RingEntry.Write write) {
            write(write);
        } else if (entry instanceof RingEntry.Truncate truncate) {
            truncate(truncate);
        } else if (entry instanceof RingEntry.Naming naming) {
            naming(naming);
        } else if (entry instanceof RingEntry.ProgramBegan program) {
            program(program);
        } else if (entry instanceof RingEntry.IoUringAsked asked) {
            ioUring(asked);
        } else if (entry instanceof RingEntry.KernelAioDenied denied) {
            LOG.info("{} was denied kernel AIO", program(denied.executable(), denied.origin()));
        } else if (entry instanceof RingEntry.Mapped map) {
            mapped.add(map.origin().file(), map.origin().pid());
        }
    }

    private void write(RingEntry.Write write) {
        RingEntry.Origin origin = write.origin();
        captured(origin);
        long firstLsn = write.firstPosition() == 0 ? 0 : log.lsn(write.firstPosition());
        if (!excluded.isFollowed(origin.file())) {
            // A change of several entries has to end, whatever becomes of the file meanwhile.
            if (excluded.mayBeFound() || origin.continues() || firstLsn != 0) {
                send(origin, new Written(origin.file(), 0L, NOTHING, origin.continues(), firstLsn));
            }
            return;
        }
        if (!origin.mustReread()) {
            send(origin, new Written(origin.file(), write.start(), write.content(), origin.continues(), firstLsn));
            return;
        }
        // The copy begins before the change is sent: no cut may fall between the two.
        copies.heal(origin.file(), write.start(), write.end(), log.lsn(origin.position()), NOT_RECORDED);
        // Without bytes: when the file was changed, and where a change of several entries ends.
        send(origin, new Written(origin.file(), 0L, NOTHING, origin.continues(), firstLsn));
    }

    private void truncate(RingEntry.Truncate truncate) {
        RingEntry.Origin origin = truncate.origin();
        captured(origin);
        if (!excluded.isFollowed(origin.file()) && !excluded.mayBeFound()) {
            return;
        }
        if (origin.mustReread()) {
            copies.heal(origin.file(), 0, RingLayout.UNBOUNDED, log.lsn(origin.position()), NOT_RECORDED);
        }
        send(origin, new Truncated(origin.file(), truncate.size()));
    }

    private void captured(RingEntry.Origin origin) {
        copies.times().captured(origin.file(), origin.timeNs());
        ioUring.changed(origin.file());
    }

    private void send(RingEntry.Origin origin, org.apache.avro.specific.SpecificRecord body) {
        log.file(origin.file(), log.lsn(origin.position()), origin.timeNs(), origin.pid(), body);
    }

    private void naming(RingEntry.Naming naming) {
        RingEntry.Origin origin = naming.origin();
        NameChanged change = new NameChanged(
                kind(naming.kind()),
                origin.file(),
                naming.attributes(),
                roots.place(naming.path(), naming.parent()),
                roots.place(naming.newPath(), naming.newParent()),
                naming.target());
        NameChanges.Happened at = new NameChanges.Happened(
                log.lsn(origin.position()), origin.timeNs(), origin.pid(), origin.unordered(), origin.mustReread());
        if (!excluded.take(naming, change, at)) {
            nameChanges.send(change, at);
        }
    }

    private static NameChangeKind kind(int kind) {
        return switch (kind) {
            case RingLayout.KIND_CREATE -> NameChangeKind.CREATE;
            case RingLayout.KIND_MKDIR -> NameChangeKind.MKDIR;
            case RingLayout.KIND_LINK -> NameChangeKind.LINK;
            case RingLayout.KIND_SYMLINK -> NameChangeKind.SYMLINK;
            case RingLayout.KIND_MKNOD -> NameChangeKind.MKNOD;
            case RingLayout.KIND_RENAME -> NameChangeKind.RENAME;
            case RingLayout.KIND_EXCHANGE -> NameChangeKind.EXCHANGE;
            case RingLayout.KIND_UNLINK -> NameChangeKind.UNLINK;
            case RingLayout.KIND_RMDIR -> NameChangeKind.RMDIR;
            case RingLayout.KIND_ATTRIBUTES -> NameChangeKind.ATTRIBUTES;
            default -> throw new IllegalArgumentException("not a change of names: kind " + kind);
        };
    }

    private void ioUring(RingEntry.IoUringAsked asked) {
        String program = program(asked.executable(), asked.origin());
        if (asked.granted()) {
            LOG.warn("{} has io_uring: what it changes that way is not captured", program);
            ioUring.granted(asked.origin().pid(), text(asked.executable()));
        } else {
            LOG.info("{} was denied io_uring", program);
        }
    }

    private static String program(ByteBuffer executable, RingEntry.Origin origin) {
        return text(executable) + " (process " + origin.pid() + ")";
    }

    private static String text(ByteBuffer path) {
        return UTF_8.decode(path.duplicate()).toString();
    }

    private void program(RingEntry.ProgramBegan program) {
        processes.incrementAndGet();
        String path = text(program.executable());
        RingEntry.Origin began = program.origin();
        programs.began(began.pid(), path, began.timeNs());
        if (program.interposed()) {
            uncovered(program, path, UncoveredKind.INTERPOSED);
        } else if (program.unknownSites() > 0) {
            uncovered(program, path, UncoveredKind.UNPATCHED_CALLS);
        }
    }

    private void uncovered(RingEntry.ProgramBegan program, String path, UncoveredKind kind) {
        RingEntry.Origin origin = program.origin();
        LOG.warn("{}: not all is captured ({}, {} places)", path, kind, program.unknownSites());
        log.names(
                log.lsn(origin.position()),
                origin.timeNs(),
                origin.pid(),
                UncoveredFacts.ofProcess(kind, origin.pid(), path));
    }

    /** A change of several entries whose last will never come ends here. */
    void endBroken(FileId file, long lsn, long firstLsn) {
        log.file(file, lsn, new Written(file, 0L, NOTHING, false, firstLsn));
    }
}
