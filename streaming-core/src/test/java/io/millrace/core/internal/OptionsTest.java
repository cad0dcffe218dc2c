package io.millrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pass",
                "dbpass",
                "es.net.http.auth.pass",
                "fs.azure.account.key.millrace.dfs.core.windows.net",
                "fs.azure.sas.box.millrace.blob.core.windows.net",
                "parquet.encryption.key.list",
                "parquet.encryption.footer.key",
                "encryptionKey",
                "shared_key",
                "sharedkey",
                "authorization",
                "Authorization",
                "AUTHORIZATION",
                "auth",
                "key",
                "APIKey",
                "X-Amz-Signature",
                "kafka.schema.registry.basic.auth.user.info",
                "basicAuthUserInfo",
                "kafka.ssl.keystore.key",
                "kafka.ssl.key.password",
                "clientSecret",
                "sasl.jaas.config"
            })
    void theValueOfASecretIsNotShown(String name) {
        assertThat(Options.NONE.with(name, "canary")).hasToString(name + "=***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "header",
                "sep",
                "compression",
                "path",
                "startingOffsets",
                "kafka.bootstrap.servers",
                "kafka.client.id",
                "kafka.group.id",
                "kafka.ssl.truststore.location",
                "kafka.ssl.keystore.location",
                "kafka.ssl.keystore.type",
                "kafka.security.protocol",
                "kafka.sasl.mechanism",
                "kafka.key.serializer",
                "kafka.key.deserializer",
                "keyFrom",
                "key.columns",
                "partitionKey",
                "partition.keys",
                "primaryKey",
                "hoodie.datasource.write.recordkey.field",
                "monkey",
                "author",
                "useKeyTab",
                "storeKey",
                "fs.azure.account.auth.type"
            })
    void theValueOfAHarmlessOptionIsShown(String name) {
        assertThat(Options.NONE.with(name, "value")).hasToString(name + "=value");
    }

    @Test
    void noOptionOfSparksFilesIsASecret() {
        assertThat(Stream.of("json", "csv", "parquet", "orc", "text")
                        .flatMap(format ->
                                Stream.of(FileFormatOptions.ofReader(format), FileFormatOptions.ofWriter(format)))
                        .flatMap(Set::stream)
                        .filter(Options::isSecret))
                .isEmpty();
    }

    @Test
    void ofKafkasClientsOnlySecretsAreNotShown() {
        Set<String> names = new TreeSet<>(ConsumerConfig.configNames());
        names.addAll(ProducerConfig.configNames());

        assertThat(names.stream().filter(Options::isSecret))
                .containsExactly(
                        "sasl.jaas.config",
                        "sasl.oauthbearer.token.endpoint.url",
                        "ssl.key.password",
                        "ssl.keystore.key",
                        "ssl.keystore.password",
                        "ssl.truststore.password");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "s3a://AK:canary@b/x s3a://***@b/x",
                "mongodb://u:pa/canary@h mongodb://***@h",
                "mongodb://u:p@canary@h mongodb://***@h",
                "mongodb://u:p?canary@h mongodb://***@h",
                "wasb://AK:canary@h/x wasb://***@h/x",
                "abfss://box@account/x abfss://box@account/x",
                "wasbs://box@account/x wasbs://box@account/x",
                "jdbc:oracle:thin:scott/canary@h:1521/d jdbc:oracle:thin:***@h:1521/d",
                "jdbc:oracle:thin:@//h:1521/d jdbc:oracle:thin:@//h:1521/d",
                "https://h/x?X-Amz-Signature=canary&a=b https://h/x?X-Amz-Signature=***&a=b",
                "https://h/x?a=b&sig=canary https://h/x?a=b&sig=***",
                "https://h/x?p%61ss=canary https://h/x?p%61ss=***",
                "h;AccountName=a;AccountKey=canary;b=c h;AccountName=a;AccountKey=***;b=c",
                "h;pass=canary h;pass=***",
                "password=canary password=***",
                "url=https://h/x?token=canary url=https://h/x?token=***",
                "jdbc:postgresql://h/d?sslmode=require jdbc:postgresql://h/d?sslmode=require"
            })
    void credentialsInAValueAreNotShown(String value, String shown) {
        assertThat(Options.NONE.with("url", value)).hasToString("url=" + shown);
    }

    @Test
    void aPasswordAfterABlankIsNotShown() {
        for (String value : List.of("host=h password=canary user=u", "host=h password='can ary' user=u")) {
            assertThat(Options.NONE.with("conninfo", value)).hasToString("conninfo=host=h password=*** user=u");
        }
    }

    @Test
    void aPathInAMessageOfSparkIsShownWithoutItsLogin() {
        assertThat(Errors.clause("[PATH_NOT_FOUND] Path does not exist: s3a://AK:canary@b/x."))
                .isEqualTo("Path does not exist: s3a://***@b/x");
    }
}
