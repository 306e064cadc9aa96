/**
 * The examples that need S3, apart from the others because of what S3 brings along.
 *
 * <p>Floor 8, as {@code dev.firn.examples}.
 */
@NullMarked
package dev.firn.examples.s3;

import org.jspecify.annotations.NullMarked;
