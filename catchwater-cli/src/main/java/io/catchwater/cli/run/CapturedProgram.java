package io.catchwater.cli.run;

import com.sun.jna.Native;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.hook.HookEnvironment;
import java.io.IOException;
import java.util.List;

/** A program under capture, on this process's own standard streams. Signals that ask this process to end go to it. */
public final class CapturedProgram {

    private static final int STANDARD_INPUT = 0;

    static {
        Native.register(CapturedProgram.class, "c");
    }

    private final String name;
    private final Process process;

    private CapturedProgram(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts a program with the hook in it.
     *
     * @param command the program and its arguments
     * @throws CommandFailure when the operating system refuses to start it
     */
    static CapturedProgram start(List<String> command, HookEnvironment hook) {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        hook.addTo(builder.environment());
        try {
            return new CapturedProgram(command.get(0), builder.start());
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "cannot start " + command.get(0) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a program to its end.
     *
     * @return its exit status, or 128 + the signal that killed it
     * @throws CommandFailure when the operating system refuses to start it
     */
    @SuppressWarnings("try") // the signals are received as long as the resource is open
    public static int run(List<String> command, HookEnvironment hook) throws InterruptedException {
        SignalRelay relay = new SignalRelay();
        try (TerminationSignals signals = new TerminationSignals(relay::accept)) {
            CapturedProgram program = start(command, hook);
            relay.connect(program::forward);
            return program.await();
        }
    }

    /** As the user named it. */
    String name() {
        return name;
    }

    /** Waits for its end. Returns its exit status, or 128 + the signal that killed it. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    /**
     * Passes a signal on. An interrupt that came from the keyboard has reached the program too, as a member of the
     * terminal's foreground group, and is not repeated.
     */
    void forward(TerminationSignals.Kind signal) {
        boolean fromKeyboard = signal == TerminationSignals.Kind.INT && isatty(STANDARD_INPUT) == 1;
        if (process.isAlive() && !fromKeyboard) {
            kill((int) process.pid(), signal.number());
        }
    }

    /** See isatty(3). */
    private static native int isatty(int descriptor);

    /** See kill(2). */
    private static native int kill(int pid, int signal);
}
