package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "postgres://user:canary@h/db postgres...",
                "jdbc:oracle:thin:scott/canary@h jdbc:oracle:...",
                "jdbc:mysql://u:canary@h jdbc:mysql:...",
                "jdbc:sqlserver://h;user=x;password=canary jdbc:sqlserver:...",
                "canary:canary@h ...",
                "jdbc:canary@h ..."
            })
    void ofAnUnknownUrlOnlyTheSchemeIsShown(String url, String shown) {
        assertThatThrownBy(() -> Database.at(url))
                .hasMessageStartingWith("Database.at(\"" + shown + "\"): no dialect knows this URL.")
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://u:a/canary@h/db",
                "jdbc:postgresql://u:a?canary@h/db",
                "jdbc:postgresql://u:a@canary@h/db",
                "jdbc:mariadb://address=(host=h)(password=canary)/db",
                "jdbc:mariadb://address=(host=h)(user=canary)/db",
                "jdbc:postgresql://h/db?ssl%70assword=canary",
                "jdbc:postgresql://h/db?%75ser=canary",
                "jdbc:postgresql://h/db?a=b&pass=canary",
                "jdbc:postgresql://h/db?PASSWORD=canary",
                "jdbc:mariadb://h/db?secretKey=canary",
                "jdbc:mariadb://h/db?trustStorePassword=canary",
                "jdbc:mariadb://h/db;pwd=canary"
            })
    void aUrlWithALoginIsRefused(String url) {
        assertThatThrownBy(() -> Database.at(url))
                .hasMessageContaining("carries a user or a password")
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h1:5432,h2:5432/db?targetServerType=primary",
                "jdbc:postgresql://h/db?ApplicationName=a@b",
                "jdbc:postgresql://h/db?sslkey=/k&sslcert=/c%",
                "jdbc:postgresql:db",
                "jdbc:mariadb://address=(host=h)(port=3306)(type=primary)/db?passwordCharacterEncoding=UTF-8"
            })
    void aUrlWithoutOneIsAccepted(String url) {
        assertThat(Database.at(url).url().text()).isEqualTo(url);
    }

    @Test
    void otherSecretsOfAUrlAreNotShown() {
        assertThat(Database.at("jdbc:mariadb://h/db?a=b&accessKeyId=canary&x%54oken=canary"))
                .hasToString("h/db, parameters a=b&accessKeyId=***&x%54oken=***");
    }
}
