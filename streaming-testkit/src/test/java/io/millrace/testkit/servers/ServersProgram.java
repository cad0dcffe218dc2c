package io.millrace.testkit.servers;

import java.util.concurrent.CountDownLatch;

/** A program that uses the servers, for tests that kill it. */
final class ServersProgram {
    private ServersProgram() {}

    /** Starts the named servers and prints a line for each; then fails, waits or ends. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            System.out.println("root " + Workspace.current().root());
            for (String what : arguments) {
                run(what);
            }
        } catch (IllegalStateException e) {
            System.out.println("refused " + e.getMessage());
        }
    }

    private static void run(String what) throws InterruptedException {
        switch (what) {
            case "postgres" ->
                System.out.println("postgres " + TestPostgres.start().pid());
            case "kafka" -> System.out.println("kafka " + TestKafka.start().pid());
            case "mariadb" ->
                System.out.println("mariadb " + TestMariaDb.start().pid());
            case "fail" -> throw new IllegalArgumentException("as a failed test does");
            case "wait" -> {
                System.out.println("waiting");
                new CountDownLatch(1).await();
            }
            default -> throw new IllegalArgumentException(what);
        }
    }
}
