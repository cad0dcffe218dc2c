package io.millrace.chaos;

/** Where a subject writes: PostgreSQL behind the proxy. */
record Target(String url, String user, String password) {}
