/**
 * Firn writes streams into Apache Iceberg tables from inside an application.
 *
 * <p>Floor 7, the roof. Its only door is the class {@code Firn}: factories that join the contracts
 * of {@code dev.firn.api} with the rooms behind them. It must not know the stages below.
 */
@NullMarked
package dev.firn;

import org.jspecify.annotations.NullMarked;
