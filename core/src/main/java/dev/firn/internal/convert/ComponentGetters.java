package dev.firn.internal.convert;

import java.lang.invoke.CallSite;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Functions that read one component of a Java record.
 *
 * <p>Made by {@link LambdaMetafactory} as the compiler makes a method reference: a method handle
 * that is not a constant is several times slower to call, and a primitive is not boxed this way.
 */
final class ComponentGetters {

  private ComponentGetters() {}

  /**
   * @throws IllegalArgumentException if Firn may not read components of {@code type}
   */
  static void checkReadable(Class<?> type) {
    lookup(type);
  }

  private static Lookup lookup(Class<?> type) {
    try {
      return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
    } catch (IllegalAccessException e) {
      String firn = ComponentGetters.class.getModule().getName();
      throw new IllegalArgumentException(
          "cannot read record "
              + type.getName()
              + ": its module must open its package, add 'opens "
              + type.getPackageName()
              + " to "
              + (firn == null ? "ALL-UNNAMED" : firn)
              + "' or write the RecordMapper by hand",
          e);
    }
  }

  @SuppressWarnings("unchecked")
  static Predicate<Object> ofBoolean(RecordComponent component) {
    return (Predicate<Object>) getter(component, Predicate.class, "test", boolean.class);
  }

  /** Of byte and short too. */
  @SuppressWarnings("unchecked")
  static ToIntFunction<Object> ofInt(RecordComponent component) {
    return (ToIntFunction<Object>) getter(component, ToIntFunction.class, "applyAsInt", int.class);
  }

  @SuppressWarnings("unchecked")
  static ToLongFunction<Object> ofLong(RecordComponent component) {
    return (ToLongFunction<Object>)
        getter(component, ToLongFunction.class, "applyAsLong", long.class);
  }

  /** Of float too. */
  @SuppressWarnings("unchecked")
  static ToDoubleFunction<Object> ofDouble(RecordComponent component) {
    return (ToDoubleFunction<Object>)
        getter(component, ToDoubleFunction.class, "applyAsDouble", double.class);
  }

  /** Of anything, boxed if primitive. */
  @SuppressWarnings("unchecked")
  static Function<Object, Object> ofObject(RecordComponent component) {
    return (Function<Object, Object>) getter(component, Function.class, "apply", Object.class);
  }

  private static Object getter(
      RecordComponent component, Class<?> function, String method, Class<?> result) {
    Class<?> type = component.getDeclaringRecord();
    Lookup lookup = lookup(type);
    try {
      MethodHandle accessor = lookup.unreflect(component.getAccessor());
      CallSite site =
          LambdaMetafactory.metafactory(
              lookup,
              method,
              MethodType.methodType(function),
              MethodType.methodType(result, Object.class),
              accessor,
              MethodType.methodType(
                  result.isPrimitive()
                      ? result
                      : MethodType.methodType(component.getType()).wrap().returnType(),
                  type));
      return site.getTarget().invoke();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(
          "cannot read component " + component.getName() + " of record " + type.getName(), e);
    }
  }
}
