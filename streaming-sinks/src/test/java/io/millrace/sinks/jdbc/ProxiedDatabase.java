package io.millrace.sinks.jdbc;

import io.millrace.testkit.TargetFaults;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A database of this machine, seen through the proxy of {@link TargetFaults}. */
final class ProxiedDatabase {
    private static final Pattern PORT = Pattern.compile(":(\\d+)/");

    private ProxiedDatabase() {}

    static Database of(Database direct, TargetFaults faults) {
        String url = direct.url().text();
        Matcher port = PORT.matcher(url);
        if (!port.find()) {
            throw new IllegalArgumentException("no port in the URL");
        }
        int proxy = faults.through(Integer.parseInt(port.group(1)));
        return Database.at(port.replaceFirst(":" + proxy + "/"))
                .user(Objects.requireNonNull(direct.user()))
                .password(Objects.requireNonNull(direct.password()));
    }
}
