package dev.firn.proofs.fuzz;

/** Names that nobody should give, for columns, streams, sources and branches. */
final class OddNames {

  private static final String[] NAMES = {
    "a",
    "A",
    "b",
    "a.b",
    "a.b.c",
    "a_x2Eb",
    ".",
    "..",
    "",
    " ",
    "\t",
    "\u0000",
    "\n",
    "\"",
    "'",
    "`",
    "\\",
    "/",
    "../../x",
    "a/b?c#d%2F",
    "#",
    "=",
    "element",
    "key",
    "value",
    "list",
    "key_value",
    "array",
    "map",
    "_pos",
    "_file",
    "_row_id",
    "_last_updated_sequence_number",
    "1a",
    "-",
    "$",
    "null",
    "é",
    "e\u0301",
    "İ",
    "ß",
    "雪",
    "🏔",
    "\uD800",
    "\uDC00",
    "a\uD800b",
    "\uFFFE",
    "main",
    "firn.tok",
    "firn.stream.s",
    "partition",
    "record"
  };

  private OddNames() {}

  static String draw(Script script) {
    return switch (script.below(8)) {
      case 0 -> {
        StringBuilder any = new StringBuilder();
        for (int i = script.below(8); i > 0; i--) {
          any.append((char) (script.next() << 8 | script.next()));
        }
        yield any.toString();
      }
      case 1 -> script.pick(NAMES).repeat(script.below(1 << 10));
      case 2 -> script.pick(NAMES) + script.pick(NAMES);
      case 3, 4 -> "plain" + script.below(20);
      default -> script.pick(NAMES);
    };
  }
}
