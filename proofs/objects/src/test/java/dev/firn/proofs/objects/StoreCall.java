package dev.firn.proofs.objects;

import java.util.Locale;

/**
 * One request to the store, as the scenes see it.
 *
 * @param verb what is asked
 * @param kind what kind of file it is about
 */
record StoreCall(Verb verb, Kind kind) {

  /** Deletes of one object and of many (a POST with a list of keys) are the same here. */
  enum Verb {
    PUT,
    GET,
    HEAD,
    DELETE,
    OTHER
  }

  /** By file name, as Iceberg names its files. */
  enum Kind {
    DATA,
    MANIFEST,
    MANIFEST_LIST,
    METADATA,
    OTHER
  }

  static StoreCall of(String method, String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    boolean deletesMany = method.equals("POST") && target.startsWith("delete", query + 1);
    return new StoreCall(deletesMany ? Verb.DELETE : verb(method), kind(path));
  }

  private static Verb verb(String method) {
    return switch (method.toUpperCase(Locale.ROOT)) {
      case "PUT" -> Verb.PUT;
      case "GET" -> Verb.GET;
      case "HEAD" -> Verb.HEAD;
      case "DELETE" -> Verb.DELETE;
      default -> Verb.OTHER;
    };
  }

  private static Kind kind(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (name.endsWith(".parquet")) {
      return Kind.DATA;
    }
    if (name.endsWith(".metadata.json")) {
      return Kind.METADATA;
    }
    if (!name.endsWith(".avro")) {
      return Kind.OTHER;
    }
    return name.startsWith("snap-") ? Kind.MANIFEST_LIST : Kind.MANIFEST;
  }
}
