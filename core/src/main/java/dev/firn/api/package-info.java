/**
 * The public face: what an application holds in its hands. Contracts and values only, nothing here
 * does I/O.
 *
 * <p>Doors: {@link dev.firn.api.StreamingTableWriter} for sources that can be replayed, {@link
 * dev.firn.api.SharedTableWriter} for applications that cannot, {@link
 * dev.firn.api.StagingTableWriter} with {@link dev.firn.api.TableCommitter} for hosts that write in
 * many places and commit in one. All of them are opened through {@code dev.firn.Firn}. Floor 0:
 * imports {@code api.record} and {@code api.error} only, and must not know any room of {@code
 * dev.firn.internal}.
 */
@NullMarked
package dev.firn.api;

import org.jspecify.annotations.NullMarked;
