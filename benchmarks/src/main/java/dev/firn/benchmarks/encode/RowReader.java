package dev.firn.benchmarks.encode;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.iceberg.Schema;

/**
 * Reads all that a mapper would write of some rows, to the last character, and keeps nothing: then
 * they are where rows are that have just been decoded, in the processor's caches.
 */
final class RowReader<R> implements InvocationHandler {

  private final RecordMapper<R> mapper;
  private final Schema schema;
  private final Object appender;
  private int seen;

  RowReader(RecordMapper<R> mapper, Schema schema) {
    this.mapper = mapper;
    this.schema = schema;
    this.appender =
        Proxy.newProxyInstance(
            RowReader.class.getClassLoader(),
            new Class<?>[] {RowAppender.class, ListAppender.class, MapAppender.class},
            this);
  }

  void look(Iterable<R> rows) {
    for (R row : rows) {
      mapper.map(row, (RowAppender) appender);
    }
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    if (method.getReturnType() == Schema.class) {
      return schema;
    }
    for (Object argument : arguments == null ? new Object[0] : arguments) {
      seen += argument instanceof String text ? text.chars().sum() : argument.hashCode();
    }
    return method.getReturnType() == int.class ? (Object) seen : proxy;
  }
}
