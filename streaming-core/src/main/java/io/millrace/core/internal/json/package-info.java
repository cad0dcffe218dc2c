/**
 * Fields of JSON documents, each document read once. The front doors are
 * {@link io.millrace.core.internal.json.JsonParsed} (documents in) and
 * {@link io.millrace.core.internal.json.JsonDocument} (documents out).
 *
 * <p>What is asked for:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.json.JsonField}: a column to add, with its path and its type
 *   <li>{@link io.millrace.core.internal.json.JsonPath}: a path as {@code get_json_object} takes it
 *   <li>{@link io.millrace.core.internal.json.JsonType}: what a text is converted to
 * </ul>
 *
 * <p>Reading, from the fast way to the exact one:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.json.SparkJson}: the expression in Spark's plan
 *   <li>{@link io.millrace.core.internal.json.JsonReader}: all fields of a document
 *   <li>{@link io.millrace.core.internal.json.JsonScanner}: those of a plain document, in one pass over its bytes
 *   <li>{@link io.millrace.core.internal.json.JsonBytes}: skips JSON, eight bytes at a time
 *   <li>{@link io.millrace.core.internal.json.JsonRepeat}: skips a container that every document repeats
 *   <li>{@link io.millrace.core.internal.json.JsonEscapes}: escapes in strings
 *   <li>{@link io.millrace.core.internal.json.JsonTokenReader}: those of any document, by the tokens of Jackson
 *   <li>{@link io.millrace.core.internal.json.JsonTree}: the paths of all fields as one tree
 *   <li>{@link io.millrace.core.internal.json.JsonNames}: the names of members, looked up by their bytes
 *   <li>{@link io.millrace.core.internal.json.JsonFeed}: one document after another under the same parser
 *   <li>{@link io.millrace.core.internal.json.JsonWalk}: one path through one document, as Spark walks it
 *   <li>{@link io.millrace.core.internal.json.JsonSyntax}: the parser's settings, and why a document is malformed
 *   <li>{@link io.millrace.core.internal.json.Utf8}: bytes that are not UTF-8
 * </ul>
 *
 * <p>Values:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.json.JsonText}: the text of a value, as Spark writes it
 *   <li>{@link io.millrace.core.internal.json.JsonSlice}: the same, of bytes of a document
 *   <li>{@link io.millrace.core.internal.json.JsonDouble}: the text of numbers that are not whole
 *   <li>{@link io.millrace.core.internal.json.JsonConversion}: a text as a value of a type
 *   <li>{@link io.millrace.core.internal.json.PlainValue}: the same from its bytes, for the forms that most texts have
 *   <li>{@link io.millrace.core.internal.json.PlainNumber}: numbers in these forms
 *   <li>{@link io.millrace.core.internal.json.IsoTime}: times in these forms
 *   <li>{@link io.millrace.core.internal.json.JsonPart}: an array, a struct or a map, and what is in it
 *   <li>{@link io.millrace.core.internal.json.JsonItems}: the elements of an array, each a row
 *   <li>{@link io.millrace.core.internal.json.JsonNumber}: numbers by their digits
 * </ul>
 *
 * <p>{@code SparkJson}, {@code JsonConversion}, {@code PlainValue}, {@code JsonPart} and {@code JsonItems} use Spark's
 * expressions and its internal form of values, which Spark does not publish.
 */
@NullMarked
package io.millrace.core.internal.json;

import org.jspecify.annotations.NullMarked;
