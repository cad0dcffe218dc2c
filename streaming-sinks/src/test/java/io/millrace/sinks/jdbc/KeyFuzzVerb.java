package io.millrace.sinks.jdbc;

import java.util.List;

/** The ways to write rows with a key k0, k1, .., the version v, the values a and b, and the mark gone if it deletes. */
public enum KeyFuzzVerb {
    UPSERT,
    UPSERT_VERSIONED,
    UPSERT_DELETING,
    UPSERT_VERSIONED_DELETING,
    KEEPING,
    KEEPING_VERSIONED,
    KEEPING_DELETING,
    UPDATING,
    UPDATING_VERSIONED,
    UPDATING_DELETING,
    INSERT_ONLY,
    EXACT,
    EXACT_STAGED;

    public boolean versioned() {
        return name().contains("VERSIONED");
    }

    public boolean deleting() {
        return name().endsWith("DELETING");
    }

    public boolean keeping() {
        return name().startsWith("KEEPING");
    }

    /** Updates only b, and the version if there is one. */
    public boolean updating() {
        return name().startsWith("UPDATING");
    }

    public boolean insertOnly() {
        return this == INSERT_ONLY;
    }

    boolean exact() {
        return name().startsWith("EXACT");
    }

    UpsertRule rule(List<String> keys) {
        UpsertRule rule = insertOnly() ? UpsertRule.insertOnlyOn(keys) : UpsertRule.upsertOn(keys);
        rule = versioned() ? rule.versionedBy("v") : rule;
        rule = deleting() ? rule.deleteWhen("gone") : rule;
        rule = keeping() ? rule.keepingOldWhereNull() : rule;
        return updating() ? rule.updating(List.of("b")) : rule;
    }
}
