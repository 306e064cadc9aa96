package dev.firn.proofs.iceberg;

import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.LocationProvider;

/** Puts the next data file where a table property says. Made by name, as the table asks for it. */
public final class GivenLocation implements LocationProvider {

  private static final String LOCATION = "firn.proof.data-file";

  private final String location;

  public GivenLocation(String tableLocation, Map<String, String> properties) {
    this.location = properties.get(LOCATION);
  }

  /** The properties of a table whose data file is to be at {@code location}. */
  static Map<String, String> properties(String location) {
    return Map.of(
        TableProperties.WRITE_LOCATION_PROVIDER_IMPL,
        GivenLocation.class.getName(),
        LOCATION,
        location);
  }

  @Override
  public String newDataLocation(String fileName) {
    return location;
  }

  @Override
  public String newDataLocation(PartitionSpec spec, StructLike partition, String fileName) {
    return location;
  }
}
