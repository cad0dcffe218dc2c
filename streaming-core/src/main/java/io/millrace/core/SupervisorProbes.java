package io.millrace.core;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Answers {@code /live} and {@code /ready} over HTTP, with 200 or 503 and the states of the queries as JSON. */
final class SupervisorProbes implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService answers = Executors.newFixedThreadPool(2, SupervisorProbes::daemon);

    private SupervisorProbes(HttpServer server) {
        this.server = server;
    }

    /** @throws ValidationException if the address is not free */
    static SupervisorProbes at(InetSocketAddress address, Supervision supervision) {
        try {
            SupervisorProbes probes = new SupervisorProbes(HttpServer.create(address, 0));
            probes.answer("/live", supervision::isLive, supervision);
            probes.answer("/ready", supervision::isReady, supervision);
            probes.start();
            return probes;
        } catch (IOException e) {
            throw new ValidationException(
                    "Supervisor",
                    List.of(new Problem(
                            "probesOn",
                            address.getHostString() + ":" + address.getPort(),
                            "the probes cannot listen there (" + e.getClass().getSimpleName() + ")",
                            "Choose a free port, and an address of this machine.")));
        }
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        answers.shutdownNow();
    }

    /** On a daemon, since the thread of the server inherits it and must not keep the JVM alive. */
    private void start() {
        FutureTask<Boolean> start = new FutureTask<>(server::start, true);
        server.setExecutor(answers);
        answers.execute(start);
        try {
            start.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(String path, BooleanSupplier isGood, Supervision supervision) {
        server.createContext(path, exchange -> {
            try (exchange) {
                if (exchange.getRequestURI().getPath().equals(path)) {
                    send(exchange, isGood.getAsBoolean(), supervision);
                } else {
                    exchange.sendResponseHeaders(404, -1);
                }
            }
        });
    }

    private static void send(HttpExchange exchange, boolean isGood, Supervision supervision) throws IOException {
        byte[] body = json(isGood, supervision.queries()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(isGood ? 200 : 503, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String json(boolean isGood, List<SupervisedQuery> queries) {
        return queries.stream()
                .map(SupervisorProbes::json)
                .collect(Collectors.joining(",", "{\"ok\":" + isGood + ",\"queries\":[", "]}\n"));
    }

    private static String json(SupervisedQuery query) {
        return "{\"name\":" + quoted(query.name())
                + ",\"state\":" + quoted(query.state().name().toLowerCase(Locale.ROOT))
                + ",\"restarts\":" + query.restarts()
                + query.lastFailure()
                        .map(kind -> ",\"lastFailure\":" + quoted(kind))
                        .orElse("")
                + query.nextStart()
                        .map(Instant::toString)
                        .map(next -> ",\"nextStart\":" + quoted(next))
                        .orElse("")
                + "}";
    }

    /** Names have no control characters. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "millrace-supervisor-probes");
        thread.setDaemon(true);
        return thread;
    }
}
