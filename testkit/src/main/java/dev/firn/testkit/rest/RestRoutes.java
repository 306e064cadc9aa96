package dev.firn.testkit.rest;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.jspecify.annotations.Nullable;

/** Which of Iceberg's handlers answers which request. Any thread. */
final class RestRoutes {

  /** A commit, with the request that it came with. */
  interface Commits {
    Object update(HttpExchange exchange, TableIdentifier table, UpdateTableRequest request);
  }

  private static final List<Endpoint> ENDPOINTS =
      List.of(
          Endpoint.V1_LIST_NAMESPACES,
          Endpoint.V1_CREATE_NAMESPACE,
          Endpoint.V1_LOAD_NAMESPACE,
          Endpoint.V1_NAMESPACE_EXISTS,
          Endpoint.V1_UPDATE_NAMESPACE,
          Endpoint.V1_DELETE_NAMESPACE,
          Endpoint.V1_LIST_TABLES,
          Endpoint.V1_CREATE_TABLE,
          Endpoint.V1_REGISTER_TABLE,
          Endpoint.V1_LOAD_TABLE,
          Endpoint.V1_TABLE_EXISTS,
          Endpoint.V1_UPDATE_TABLE,
          Endpoint.V1_DELETE_TABLE,
          Endpoint.V1_RENAME_TABLE,
          Endpoint.V1_REPORT_METRICS);

  private final Catalog backend;
  private final ConfigResponse config;
  private final RestJson json;
  private final Commits commits;

  RestRoutes(
      Catalog backend, Map<String, String> clientProperties, RestJson json, Commits commits) {
    this.backend = backend;
    Map<String, String> defaults = new HashMap<>(clientProperties); // which is asked for null
    this.config = ConfigResponse.builder().withDefaults(defaults).withEndpoints(ENDPOINTS).build();
    this.json = json;
    this.commits = commits;
  }

  @Nullable Object answer(HttpExchange exchange, byte[] body) throws IOException {
    String method = exchange.getRequestMethod();
    URI uri = exchange.getRequestURI();
    String[] path = uri.getRawPath().substring(1).split("/", -1);
    if (path.length == 2 && path[1].equals("config")) {
      return config;
    } else if (path.length == 2 && path[1].equals("namespaces")) {
      return namespaces(method, uri, body);
    } else if (path.length == 3 && path[1].equals("tables") && path[2].equals("rename")) {
      CatalogHandlers.renameTable(backend, json.read(body, RenameTableRequest.class));
      return null;
    } else if (path.length < 3 || !path[1].equals("namespaces")) {
      throw unknown(method, uri);
    }
    Namespace namespace =
        RESTUtil.decodeNamespaceAsPathSegment(
            path[2], RESTCatalogProperties.NAMESPACE_SEPARATOR_DEFAULT);
    if (path.length == 3) {
      return namespace(method, namespace);
    } else if (path.length == 4) {
      return inNamespace(method, uri, namespace, path[3], body);
    } else if (path.length == 6 && path[5].equals("metrics")) {
      return null;
    } else if (path.length == 5 && path[3].equals("tables")) {
      TableIdentifier table = TableIdentifier.of(namespace, RESTUtil.decodePathSegment(path[4]));
      return table(exchange, table, body);
    }
    throw unknown(method, uri);
  }

  private Object namespaces(String method, URI uri, byte[] body) throws IOException {
    if (method.equals("POST")) {
      return CatalogHandlers.createNamespace(
          catalogOfNamespaces(), json.read(body, CreateNamespaceRequest.class));
    }
    String parent = query(uri).get("parent");
    return CatalogHandlers.listNamespaces(
        catalogOfNamespaces(),
        parent == null ? Namespace.empty() : RESTUtil.namespaceFromQueryParam(parent));
  }

  private @Nullable Object namespace(String method, Namespace namespace) {
    switch (method) {
      case "HEAD" -> CatalogHandlers.namespaceExists(catalogOfNamespaces(), namespace);
      case "DELETE" -> CatalogHandlers.dropNamespace(catalogOfNamespaces(), namespace);
      default -> {
        return CatalogHandlers.loadNamespace(catalogOfNamespaces(), namespace);
      }
    }
    return null;
  }

  private Object inNamespace(String method, URI uri, Namespace namespace, String what, byte[] body)
      throws IOException {
    switch (method + " " + what) {
      case "GET tables" -> {
        return CatalogHandlers.listTables(backend, namespace);
      }
      case "POST tables" -> {
        CreateTableRequest request = json.read(body, CreateTableRequest.class);
        return request.stageCreate()
            ? CatalogHandlers.stageTableCreate(backend, namespace, request)
            : CatalogHandlers.createTable(backend, namespace, request);
      }
      case "POST register" -> {
        return CatalogHandlers.registerTable(
            backend, namespace, json.read(body, RegisterTableRequest.class));
      }
      case "POST properties" -> {
        return CatalogHandlers.updateNamespaceProperties(
            catalogOfNamespaces(),
            namespace,
            json.read(body, UpdateNamespacePropertiesRequest.class));
      }
      default -> throw unknown(method, uri);
    }
  }

  private @Nullable Object table(HttpExchange exchange, TableIdentifier table, byte[] body)
      throws IOException {
    Map<String, String> query = query(exchange.getRequestURI());
    switch (exchange.getRequestMethod()) {
      case "GET" -> {
        return CatalogHandlers.loadTable(backend, table, snapshots(query));
      }
      case "HEAD" -> CatalogHandlers.tableExists(backend, table);
      case "DELETE" -> {
        if (Boolean.parseBoolean(query.get("purgeRequested"))) {
          CatalogHandlers.purgeTable(backend, table);
        } else {
          CatalogHandlers.dropTable(backend, table);
        }
      }
      default -> {
        return commits.update(exchange, table, json.read(body, UpdateTableRequest.class));
      }
    }
    return null;
  }

  Object update(TableIdentifier table, UpdateTableRequest request) {
    return CatalogHandlers.updateTable(backend, table, request);
  }

  private SupportsNamespaces catalogOfNamespaces() {
    if (backend instanceof SupportsNamespaces namespaces) {
      return namespaces;
    }
    throw new UnsupportedOperationException("The catalog behind has no namespaces");
  }

  private static SnapshotMode snapshots(Map<String, String> query) {
    String mode = query.getOrDefault(RESTCatalogProperties.SNAPSHOTS_QUERY_PARAMETER, "all");
    return SnapshotMode.valueOf(mode.toUpperCase(Locale.ROOT));
  }

  private static Map<String, String> query(URI uri) {
    String query = uri.getRawQuery();
    return query == null || query.isEmpty() ? Map.of() : RESTUtil.decodeFormData(query);
  }

  private static UnsupportedOperationException unknown(String method, URI uri) {
    return new UnsupportedOperationException("Nothing is known of " + method + " " + uri);
  }
}
