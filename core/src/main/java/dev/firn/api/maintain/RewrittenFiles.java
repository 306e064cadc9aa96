package dev.firn.api.maintain;

/**
 * What a rewrite of data files has done.
 *
 * @param files that went
 * @param into how many others
 * @param rows in the files that came
 * @param deletedRows that are not in them any more
 * @param bytes of the files that went
 * @param intoBytes of those that came
 * @param abandoned files that were rewritten in vain, for others removed or changed them meanwhile
 * @since 0.1
 */
public record RewrittenFiles(
    int files, int into, long rows, long deletedRows, long bytes, long intoBytes, int abandoned) {}
