package io.catchwater.sink.seal;

import java.util.Random;

/**
 * Which files of a tree are read: evenly spread over its walk, from a random first one on, at least one. For one thread
 * and one walk.
 */
final class Subset {

    private final double share;
    private double count;

    /**
     * @param share above 0, at most 1
     * @param files there are
     */
    Subset(double share, long files, Random random) {
        this.share = share;
        double reach = Math.min(1, share * files);
        this.count = 1 - reach + random.nextDouble() * reach * (1 - share);
    }

    /** Whether the next file of the walk belongs to it. */
    boolean takesNext() {
        count += share;
        if (count < 1 - ROUNDING) {
            return false;
        }
        count -= 1;
        return true;
    }

    private static final double ROUNDING = 1e-9;
}
