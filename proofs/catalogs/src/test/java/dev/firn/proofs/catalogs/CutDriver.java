package dev.firn.proofs.catalogs;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;

/**
 * Another driver with a knife: {@code jdbc:cut:NAME:sqlite:...} connects to {@code jdbc:sqlite:...}
 * and cuts the connection at the statement that swaps a table's metadata, before it or when it is
 * committed.
 */
final class CutDriver implements Driver {

  private static final String PREFIX = "jdbc:cut:";
  private static final String SWAP = "UPDATE iceberg_tables SET metadata_location";
  private static final Map<String, Knife> KNIVES = new ConcurrentHashMap<>();

  static {
    try {
      DriverManager.registerDriver(new CutDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The faults of one database. */
  static final class Knife {
    private final AtomicReference<Strike> next = new AtomicReference<>();
    private volatile boolean dark;

    void strikeNext(Strike strike) {
      next.set(strike);
    }

    void heal() {
      dark = false;
    }

    private void requireLight() throws SQLException {
      if (dark) {
        throw cut();
      }
    }

    private Object swap(Call update) throws Throwable {
      Strike strike = next.getAndSet(null);
      if (strike == null) {
        return update.run();
      }
      if (strike.fault.applied) {
        update.run();
      }
      strike.meanwhile();
      dark = strike.fault.isDark();
      if (strike.fault == Fault.CUT_TWICE) {
        next.set(new Strike(Fault.CUT, () -> {}));
      }
      throw cut();
    }

    private static SQLException cut() {
      return new SQLNonTransientConnectionException("Injected: connection lost", "08006");
    }
  }

  private interface Call {
    Object run() throws Throwable;
  }

  /** {@code url} with a knife in it. */
  static String url(String name, String url, Knife knife) {
    KNIVES.put(name, knife);
    return PREFIX + name + url.substring("jdbc".length());
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    int end = url.indexOf(':', PREFIX.length());
    Knife knife = KNIVES.get(url.substring(PREFIX.length(), end));
    knife.requireLight();
    Connection real = DriverManager.getConnection("jdbc" + url.substring(end), info);
    return proxy(
        Connection.class, (proxy, method, args) -> onConnection(knife, real, method, args));
  }

  private static Object onConnection(Knife knife, Connection real, Method method, Object[] args)
      throws Throwable {
    if (method.getName().equals("close")) {
      return call(real, method, args);
    }
    knife.requireLight();
    if (real.isClosed() && !method.getName().equals("isClosed")) {
      // SQLite's driver says so without a state, and the pool would keep the connection for ever.
      throw new SQLNonTransientConnectionException("The connection is closed", "08003");
    }
    Object result = call(real, method, args);
    if (result instanceof PreparedStatement statement && args[0] instanceof String sql) {
      return proxy(
          PreparedStatement.class,
          (proxy, action, with) -> onStatement(knife, sql, statement, action, with));
    }
    return result;
  }

  private static Object onStatement(
      Knife knife, String sql, PreparedStatement real, Method method, Object[] args)
      throws Throwable {
    if (method.getName().equals("executeUpdate") && sql.startsWith(SWAP)) {
      return knife.swap(() -> call(real, method, args));
    }
    return call(real, method, args);
  }

  private static Object call(Object real, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(real, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(CutDriver.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }
}
