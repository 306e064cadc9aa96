/**
 * What can go wrong, sorted by the caller's next move. All kinds are unchecked and extend {@link
 * dev.firn.api.error.FirnException}. Floor 0: imports nothing of Firn.
 *
 * <table>
 * <caption>kind and next move</caption>
 * <tr><th>kind</th><th>next move</th></tr>
 * <tr><td>{@link dev.firn.api.error.RecordRejectedException}</td><td>skip or repair the record; the writer is as it was</td></tr>
 * <tr><td>{@link dev.firn.api.error.InvalidTokenException}</td><td>mend the call; the writer is as it was</td></tr>
 * <tr><td>{@link dev.firn.api.error.BufferFullException}</td><td>call again later</td></tr>
 * <tr><td>{@link dev.firn.api.error.WriterInterruptedException}</td><td>call again, or stop; nothing was taken</td></tr>
 * <tr><td>{@link dev.firn.api.error.StorageException}</td><td>call again, nothing is lost</td></tr>
 * <tr><td>{@link dev.firn.api.error.CommitConflictException}, {@link dev.firn.api.error.StaleTokenException}, {@link dev.firn.api.error.WriterFailedException}</td><td>reopen and replay from {@code committed()}</td></tr>
 * <tr><td>{@link dev.firn.api.error.IndexFullException}</td><td>reopen with more memory for the index of keys, or a directory, and replay</td></tr>
 * <tr><td>{@link dev.firn.api.error.CommitUnknownException}</td><td>reopen and ask; a replay is harmless</td></tr>
 * <tr><td>{@link dev.firn.api.error.WriterFencedException}</td><td>stop: another owner holds this stream</td></tr>
 * <tr><td>{@link dev.firn.api.error.TokenLostException}</td><td>stop, and say where to resume</td></tr>
 * <tr><td>{@link dev.firn.api.error.TableGoneException}, {@link dev.firn.api.error.UnsupportedTableException}</td><td>stop: this table is not to be written</td></tr>
 * </table>
 */
@NullMarked
package dev.firn.api.error;

import org.jspecify.annotations.NullMarked;
