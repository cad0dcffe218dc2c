package io.millrace.chaos;

/** The database that a subject writes to, through the proxy. */
record Target(String url, String user, String password) {}
