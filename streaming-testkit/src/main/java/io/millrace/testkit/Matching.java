package io.millrace.testkit;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Pairs as many of two lists as can be paired, where one of the first may fit several of the second. Finds augmenting
 * paths breadth first; see Cormen et al., Introduction to Algorithms, 4th edition, section 25.1.
 */
final class Matching {
    private static final int NONE = -1;

    private final int[] partnerOfLeft;
    private final int[] partnerOfRight;
    private final Fits fits;

    /** Whether the left element at one index may be paired with the right element at another. */
    @FunctionalInterface
    interface Fits {
        boolean test(int left, int right);
    }

    private Matching(int left, int right, Fits fits) {
        this.partnerOfLeft = filled(left);
        this.partnerOfRight = filled(right);
        this.fits = fits;
    }

    /** The index of the right partner of each left element; negative if it has none. */
    static int[] of(int left, int right, Fits fits) {
        Matching matching = new Matching(left, right, fits);
        for (int index = 0; index < left; index++) {
            matching.pair(index);
        }
        return matching.partnerOfLeft;
    }

    /** Pairs {@code start}, if need be by giving others another partner. */
    private void pair(int start) {
        int[] reachedFrom = filled(partnerOfRight.length);
        Deque<Integer> open = new ArrayDeque<>();
        open.add(start);
        while (!open.isEmpty()) {
            int left = open.remove();
            for (int right = 0; right < partnerOfRight.length; right++) {
                if (reachedFrom[right] != NONE || !fits.test(left, right)) {
                    continue;
                }
                reachedFrom[right] = left;
                if (partnerOfRight[right] == NONE) {
                    exchange(right, reachedFrom);
                    return;
                }
                open.add(partnerOfRight[right]);
            }
        }
    }

    /** Pairs the elements along the path that ends at {@code end}. */
    private void exchange(int end, int[] reachedFrom) {
        int right = end;
        while (right != NONE) {
            int left = reachedFrom[right];
            int next = partnerOfLeft[left];
            partnerOfLeft[left] = right;
            partnerOfRight[right] = left;
            right = next;
        }
    }

    private static int[] filled(int length) {
        int[] none = new int[length];
        Arrays.fill(none, NONE);
        return none;
    }
}
