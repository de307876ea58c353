package io.catchwater.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Opens directories by paths that lead through places where other users may make names. Such a user can put a directory
 * of his own there; but no symlink of his is followed, so nothing else is opened than what really lies at the path.
 *
 * <p>Root and the user of this process are trusted, nobody else is.
 */
public final class TrustedPath {

    /** So many symlinks the kernel follows in one path. */
    private static final int SYMLINKS_LIMIT = 40;

    private static final Path ROOT = Path.of("/");
    private static final int ROOT_USER = 0;
    private static final int OTHERS_MAY_WRITE = 022;
    private static final int STICKY = 01000;
    private static final int STEP = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
    private static final int TO_READ = OpenFlags.READ | OpenFlags.DIRECTORY;
    private static final byte[] HERE = {'.'};

    /** Components that are still to be gone; each a byte for a character. */
    private final Deque<String> left = new ArrayDeque<>();

    private final int ownUser = Libc.geteuid();
    private Descriptor at;
    private String way = "";
    private boolean trusted = true;
    private int symlinks;

    private TrustedPath() {}

    /**
     * Opens a directory for reading. A symlink is followed only where no other user could have made it, and can change
     * neither it nor a directory on the way to it.
     *
     * @param path absolute; {@code ..} climbs from where the path has led
     * @throws UntrustedSymlinkException where another user could
     * @throws LinuxException ENOENT, ENOTDIR, EACCES, …; ELOOP after 40 symlinks
     */
    public static Descriptor openDirectory(Path path) throws LinuxException {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("not absolute: " + path);
        }
        byte[] name = path.toString().getBytes(UTF_8);
        TrustedPath walk = new TrustedPath();
        try {
            walk.go(name);
            return Names.open(walk.at, HERE, TO_READ, 0).named(name);
        } finally {
            if (walk.at != null) {
                walk.at.close();
            }
        }
    }

    /**
     * Opens a directory below another for reading. No symlink is followed, whoever made it.
     *
     * @param below relative, without {@code ..}
     * @throws LinuxException as {@link #openDirectory}; ELOOP when a component is a symlink
     */
    public static Descriptor openDirectoryBelow(Descriptor directory, Path below) throws LinuxException {
        byte[] full = (directory + "/" + below).getBytes(UTF_8);
        return Names.openBeneath(directory, below.toString().getBytes(UTF_8), TO_READ, 0)
                .named(full);
    }

    private void go(byte[] path) throws LinuxException {
        add(path);
        goTo(Descriptor.open(ROOT, STEP, 0));
        while (!left.isEmpty()) {
            String component = left.pop();
            if (!component.isEmpty() && !component.equals(".")) {
                step(component);
            }
        }
    }

    private void add(byte[] path) {
        String[] components = new String(path, ISO_8859_1).split("/", -1);
        for (int i = components.length - 1; i >= 0; i--) {
            left.push(components[i]);
        }
    }

    private void goTo(Descriptor next) throws LinuxException {
        if (at != null) {
            at.close();
        }
        at = next;
    }

    private void step(String component) throws LinuxException {
        byte[] name = component.getBytes(ISO_8859_1);
        FileStatus status = Attributes.status(at, name);
        trusted = trusted && isKept(Attributes.status(at), status);
        if (status.type() == FileType.SYMLINK) {
            follow(component, name);
        } else {
            goTo(Names.open(at, name, STEP, 0));
            way = way + "/" + component;
        }
    }

    private void follow(String component, byte[] name) throws LinuxException {
        String symlink = Names.printable((way + "/" + component).getBytes(ISO_8859_1));
        if (!trusted) {
            throw new UntrustedSymlinkException(symlink);
        }
        symlinks++;
        if (symlinks > SYMLINKS_LIMIT) {
            throw new LinuxException(Errno.ELOOP, "openat", symlink);
        }
        byte[] target = Names.readSymlink(at, name);
        add(target);
        if (target[0] == '/') {
            goTo(Descriptor.open(ROOT, STEP, 0));
            way = "";
        }
    }

    /** True when no other user can have put a name into a directory, or can put another in its place. */
    private boolean isKept(FileStatus directory, FileStatus named) {
        if (!isOurs(directory)) {
            return false;
        }
        boolean shared = (directory.permissions() & OTHERS_MAY_WRITE) != 0;
        return !shared || ((directory.permissions() & STICKY) != 0 && isOurs(named));
    }

    private boolean isOurs(FileStatus status) {
        return status.uid() == ROOT_USER || status.uid() == ownUser;
    }
}
