/**
 * How a table is kept tidy from inside the application, beside its writers.
 *
 * <p>Door: {@link dev.firn.api.maintain.TableMaintenance}. Floor 0: imports {@code api.error} only.
 */
@NullMarked
package dev.firn.api.maintain;

import org.jspecify.annotations.NullMarked;
