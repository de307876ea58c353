package io.catchwater.cli.demo;

import io.catchwater.cli.demo.Ledger.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Decides whether a database is what its writers had committed at one moment: all of it, nothing half, nothing later. */
final class LedgerCheck {

    private LedgerCheck() {}

    /**
     * Compares.
     *
     * @param committed by writer: the last number whose commit had returned before the moment
     * @param begun by writer: the last number whose transaction had begun shortly after the moment
     * @return what is wrong, one line each; none when all is right
     */
    static List<String> problems(Ledger ledger, Map<Integer, Long> committed, Map<Integer, Long> begun) {
        List<String> problems = new ArrayList<>();
        if (!ledger.integrity().equals("ok")) {
            problems.add("integrity_check says: " + ledger.integrity());
        }
        if (ledger.total() != Ledger.TOTAL) {
            problems.add("the balances sum up to " + ledger.total() + " and not to " + Ledger.TOTAL
                    + ": half of a transaction is there");
        }
        if (ledger.wrongAccounts() > 0) {
            problems.add(ledger.wrongAccounts() + " balances are not what the lines make them");
        }
        for (Map.Entry<Integer, Long> writer : committed.entrySet()) {
            Written written = ledger.writers().getOrDefault(writer.getKey(), new Written(0, 0));
            checkWriter(writer.getKey(), written, writer.getValue(), begun.get(writer.getKey()), problems);
        }
        return problems;
    }

    private static void checkWriter(int writer, Written written, long committed, long begun, List<String> problems) {
        String name = "writer " + writer;
        if (written.lines() != written.last()) {
            problems.add(
                    name + ": " + (written.last() - written.lines()) + " transactions before its last are missing");
        }
        if (written.last() < committed) {
            problems.add(name + ": " + (committed - written.last()) + " committed transactions are missing");
        }
        if (written.last() > begun) {
            problems.add(name + ": " + (written.last() - begun) + " transactions are from after that moment");
        }
    }
}
