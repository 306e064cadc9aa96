package dev.firn.kafka;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Counts the updates of a consumer's metadata.
 *
 * <p>A consumer fetches by topic id, and learns another id of a topic only by such an update. So
 * records that were polled while the count stood still since the ids were last looked up are of the
 * topics that were looked up. It is a deserializer because those are told of updates.
 */
final class MetadataWatch extends ByteArrayDeserializer implements ClusterResourceListener {

  private final AtomicLong updates = new AtomicLong();

  @Override
  public void onUpdate(ClusterResource cluster) {
    updates.incrementAndGet();
  }

  long updates() {
    return updates.get();
  }
}
