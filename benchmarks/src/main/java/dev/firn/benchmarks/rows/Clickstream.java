package dev.firn.benchmarks.rows;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * {@code wide}: 25 columns, most of them strings, from unique to nearly constant.
 *
 * <p>Some thousand visitors are on the site at a time. What belongs to a visit (user, session,
 * place, device, address) is the same in all events of it; a visit has about 25 events, and another
 * one takes its place.
 */
final class Clickstream implements Workload<Clickstream.Click> {

  /** One event of one visitor. */
  record Click(
      String eventId,
      long userId,
      String sessionId,
      String eventType,
      long eventTime,
      long receivedTime,
      String url,
      @Nullable String referrer,
      String country,
      String city,
      String deviceType,
      String os,
      String osVersion,
      String browser,
      String userAgent,
      int screenWidth,
      int screenHeight,
      boolean mobile,
      boolean loggedIn,
      @Nullable Long durationMillis,
      @Nullable Double scrollDepth,
      @Nullable Double revenue,
      int experiment,
      String ip,
      @Nullable String campaign) {}

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "event_id", Types.StringType.get()),
          Types.NestedField.required(2, "user_id", Types.LongType.get()),
          Types.NestedField.required(3, "session_id", Types.StringType.get()),
          Types.NestedField.required(4, "event_type", Types.StringType.get()),
          Types.NestedField.required(5, "event_time", Types.TimestampType.withZone()),
          Types.NestedField.required(6, "received_time", Types.TimestampType.withZone()),
          Types.NestedField.optional(7, "url", Types.StringType.get()),
          Types.NestedField.optional(8, "referrer", Types.StringType.get()),
          Types.NestedField.optional(9, "country", Types.StringType.get()),
          Types.NestedField.optional(10, "city", Types.StringType.get()),
          Types.NestedField.optional(11, "device_type", Types.StringType.get()),
          Types.NestedField.optional(12, "os", Types.StringType.get()),
          Types.NestedField.optional(13, "os_version", Types.StringType.get()),
          Types.NestedField.optional(14, "browser", Types.StringType.get()),
          Types.NestedField.optional(15, "user_agent", Types.StringType.get()),
          Types.NestedField.required(16, "screen_width", Types.IntegerType.get()),
          Types.NestedField.required(17, "screen_height", Types.IntegerType.get()),
          Types.NestedField.required(18, "mobile", Types.BooleanType.get()),
          Types.NestedField.required(19, "logged_in", Types.BooleanType.get()),
          Types.NestedField.optional(20, "duration_ms", Types.LongType.get()),
          Types.NestedField.optional(21, "scroll_depth", Types.DoubleType.get()),
          Types.NestedField.optional(22, "revenue", Types.DoubleType.get()),
          Types.NestedField.required(23, "experiment", Types.IntegerType.get()),
          Types.NestedField.optional(24, "ip", Types.StringType.get()),
          Types.NestedField.optional(25, "campaign", Types.StringType.get()));

  private static final String[] EVENT_TYPES = {
    "page_view", "click", "scroll", "add_to_cart", "search", "purchase", "login", "logout"
  };
  private static final String[] DEVICES = {"phone", "desktop", "tablet", "tv"};
  private static final String[] SYSTEMS = {"Android", "iOS", "Windows", "macOS", "Linux"};
  private static final String[] BROWSERS = {"Chrome", "Safari", "Firefox", "Edge", "Opera"};
  private static final int VISITS = 5_000;
  private static final int EVENTS_PER_VISIT = 25;
  private static final int[] WIDTHS = {390, 412, 1920, 1440, 768, 2560};
  private static final int[] HEIGHTS = {844, 915, 1080, 900, 1024, 1440};

  @Override
  public String name() {
    return "wide";
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public int rows() {
    return 1_000_000;
  }

  /** What all events of a visit share. */
  private record Visit(
      long user,
      String session,
      String country,
      String city,
      String device,
      String os,
      String osVersion,
      String browser,
      String userAgent,
      int screen,
      boolean loggedIn,
      int experiment,
      String ip,
      @Nullable String campaign) {}

  /** What visits are made of. */
  private static final class Site {

    private final Values values;
    private final String[] countries;
    private final String[] cities;
    private final String[] versions;
    private final String[] agents;
    private final String[] campaigns;

    Site(Values values) {
      this.values = values;
      this.countries = Values.words(values, "", 120, 2);
      this.cities = Values.words(values, "", 3_000, 9);
      this.versions = Values.words(values, "1", 60, 4);
      this.agents =
          Values.words(values, "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 ", 800, 40);
      this.campaigns = Values.words(values, "campaign_", 50, 6);
    }

    Visit visit() {
      return new Visit(
          values.skewed(2_000_000),
          values.hex(16),
          values.oneOf(countries),
          values.oneOf(cities),
          values.oneOf(DEVICES),
          values.oneOf(SYSTEMS),
          values.oneOf(versions),
          values.oneOf(BROWSERS),
          values.oneOf(agents),
          values.skewed(WIDTHS.length),
          values.chance(0.3),
          values.below(8),
          "10." + values.below(256) + "." + values.below(256) + "." + values.below(256),
          values.chance(0.7) ? null : values.oneOf(campaigns));
    }
  }

  /** The events of the site, one after another. */
  static final class Events {

    private final Values values = new Values(2);
    private final Site site = new Site(values);
    private final String[] pages =
        Values.words(values, "https://shop.example.com/products/", 20_000, 14);
    private final String[] referrers = Values.words(values, "https://www.", 500, 18);
    private final Visit[] visits = new Visit[VISITS];
    private long micros = 1_700_000_000_000_000L;

    Events() {
      Arrays.setAll(visits, i -> site.visit());
    }

    Click next() {
      micros += values.below(4_000);
      int at = values.below(VISITS);
      if (values.below(EVENTS_PER_VISIT) == 0) {
        visits[at] = site.visit();
      }
      String referrer = values.chance(0.4) ? null : values.oneOf(referrers);
      return click(values, visits[at], micros, values.oneOf(pages), referrer);
    }
  }

  @Override
  public List<Click> generate(int count) {
    Events events = new Events();
    List<Click> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(events.next());
    }
    return rows;
  }

  /** Strings are objects of their own in every event, as decoding would make them. */
  private static Click click(
      Values values, Visit visit, long micros, String page, @Nullable String referrer) {
    return new Click(
        values.hex(8) + "-" + values.hex(4) + "-" + values.hex(4) + "-" + values.hex(16),
        visit.user,
        Values.fresh(visit.session),
        values.oneOf(EVENT_TYPES),
        micros,
        micros + 50_000 + values.below(900_000),
        values.chance(0.1) ? page + "?q=" + values.letters(8) : page,
        referrer,
        Values.fresh(visit.country),
        Values.fresh(visit.city),
        Values.fresh(visit.device),
        Values.fresh(visit.os),
        Values.fresh(visit.osVersion),
        Values.fresh(visit.browser),
        Values.fresh(visit.userAgent),
        WIDTHS[visit.screen],
        HEIGHTS[visit.screen],
        visit.screen < 2,
        visit.loggedIn,
        values.chance(0.3) ? null : (Long) (long) values.skewed(600_000),
        values.chance(0.5) ? null : (Double) (values.below(101) / 100.0),
        values.chance(0.95) ? null : (Double) (values.below(50_000) / 100.0),
        visit.experiment,
        Values.fresh(visit.ip),
        visit.campaign == null ? null : Values.fresh(visit.campaign));
  }

  @Override
  public RecordMapper<Click> mapper() {
    return (click, row) -> {
      row.setString(0, click.eventId)
          .setLong(1, click.userId)
          .setString(2, click.sessionId)
          .setString(3, click.eventType)
          .setLong(4, click.eventTime)
          .setLong(5, click.receivedTime)
          .setString(6, click.url)
          .setString(8, click.country)
          .setString(9, click.city)
          .setString(10, click.deviceType)
          .setString(11, click.os)
          .setString(12, click.osVersion)
          .setString(13, click.browser)
          .setString(14, click.userAgent)
          .setInt(15, click.screenWidth)
          .setInt(16, click.screenHeight)
          .setBoolean(17, click.mobile)
          .setBoolean(18, click.loggedIn)
          .setInt(22, click.experiment)
          .setString(23, click.ip);
      mapOptional(click, row);
    };
  }

  private static void mapOptional(Click click, RowAppender row) {
    if (click.referrer != null) {
      row.setString(7, click.referrer);
    }
    if (click.durationMillis != null) {
      row.setLong(19, click.durationMillis);
    }
    if (click.scrollDepth != null) {
      row.setDouble(20, click.scrollDepth);
    }
    if (click.revenue != null) {
      row.setDouble(21, click.revenue);
    }
    if (click.campaign != null) {
      row.setString(24, click.campaign);
    }
  }

  @Override
  public Record toRecord(Click click) {
    GenericRecord record = GenericRecord.create(SCHEMA);
    Object[] values = values(click);
    for (int i = 0; i < values.length; i++) {
      record.set(i, values[i]);
    }
    return record;
  }

  /** The values of the columns, in their order, as Iceberg's generics have them. */
  static Object[] values(Click click) {
    return new Object[] {
      click.eventId,
      click.userId,
      click.sessionId,
      click.eventType,
      Values.instant(click.eventTime),
      Values.instant(click.receivedTime),
      click.url,
      click.referrer,
      click.country,
      click.city,
      click.deviceType,
      click.os,
      click.osVersion,
      click.browser,
      click.userAgent,
      click.screenWidth,
      click.screenHeight,
      click.mobile,
      click.loggedIn,
      click.durationMillis,
      click.scrollDepth,
      click.revenue,
      click.experiment,
      click.ip,
      click.campaign
    };
  }
}
