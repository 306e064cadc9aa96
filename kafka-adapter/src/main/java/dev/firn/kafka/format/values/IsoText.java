package dev.firn.kafka.format.values;

/**
 * Dates and times in ASCII as ISO 8601 has them: {@code 2026-03-29}, {@code 14:05[:09[.123456789]]}
 * and both with {@code T} or a blank between, then an offset or none: {@code Z}, {@code +02},
 * {@code +0200}, {@code +02:00}. The years are 0000 to 9999. Reused from value to value. Hot: the
 * bytes are handed on and not kept, for a collector may have work with each array that is kept.
 */
final class IsoText {

  static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final int DATE_LENGTH = 10;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int MAX_OFFSET_MINUTES = 18 * 60;

  /** Days from 0000-03-01 to 1970-01-01, in the calendar that begins its years in March. */
  private static final int DAYS_TO_1970 = 719_468;

  private static final int DAYS_PER_400_YEARS = 146_097;

  private int at;
  private int end;

  private int epochDay;
  private int secondOfDay;
  private int nanos;
  private int offsetMinutes;

  /** Reads a date, or answers false if this is none. */
  boolean readDate(byte[] bytes, int offset, int length) {
    begin(offset, length);
    return date(bytes) && at == end;
  }

  /** Reads a time of day, or answers false if this is none. */
  boolean readTime(byte[] bytes, int offset, int length) {
    begin(offset, length);
    return time(bytes) && at == end;
  }

  /** Reads a date and a time of day, or answers false if this is none. */
  boolean readDateTime(byte[] bytes, int offset, int length) {
    begin(offset, length);
    if (!date(bytes) || at == end) {
      return false;
    }
    int between = bytes[at++];
    return ((between | 0x20) == 't' || between == ' ') && time(bytes) && (at == end || zone(bytes));
  }

  private void begin(int offset, int length) {
    at = offset;
    end = offset + length;
    offsetMinutes = 0;
  }

  /** Days since 1970-01-01. */
  int epochDay() {
    return epochDay;
  }

  /** Seconds since 1970-01-01T00:00, in UTC if there was an offset. */
  long epochSecond() {
    return (long) epochDay * SECONDS_PER_DAY + secondOfDay - offsetMinutes * 60L;
  }

  int secondOfDay() {
    return secondOfDay;
  }

  /** Nanoseconds within the second. */
  int nanos() {
    return nanos;
  }

  /** What the offset says, 0 if there was none. */
  int offsetMinutes() {
    return offsetMinutes;
  }

  private boolean date(byte[] bytes) {
    if (end - at < DATE_LENGTH || bytes[at + 4] != '-' || bytes[at + 7] != '-') {
      return false;
    }
    int century = twoDigits(bytes, at);
    int yearOfCentury = twoDigits(bytes, at + 2);
    int month = twoDigits(bytes, at + 5);
    int day = twoDigits(bytes, at + 8);
    if (century < 0 || yearOfCentury < 0 || month < 1 || month > 12 || day < 1) {
      return false;
    }
    int year = 100 * century + yearOfCentury;
    if (day > lengthOf(month, year)) {
      return false;
    }
    epochDay = daysSince1970(year, month, day);
    at += DATE_LENGTH;
    return true;
  }

  private static int lengthOf(int month, int year) {
    if (month == 2) {
      return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }

  /** With years that begin in March a leap day is a year's last, and months follow a line. */
  private static int daysSince1970(int year, int month, int day) {
    int years = month > 2 ? year : year - 1;
    int era = Math.floorDiv(years, 400);
    int yearOfEra = years - 400 * era;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int dayOfEra = 365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * DAYS_PER_400_YEARS + dayOfEra - DAYS_TO_1970;
  }

  private boolean time(byte[] bytes) {
    if (end - at < 5 || bytes[at + 2] != ':') {
      return false;
    }
    int hour = twoDigits(bytes, at);
    int minute = twoDigits(bytes, at + 3);
    at += 5;
    int second = 0;
    nanos = 0;
    if (at < end && bytes[at] == ':') {
      if (end - at < 3) {
        return false;
      }
      second = twoDigits(bytes, at + 1);
      at += 3;
      if (at < end && bytes[at] == '.' && !fraction(bytes)) {
        return false;
      }
    }
    secondOfDay = 3600 * hour + 60 * minute + second;
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  }

  /** One to nine digits. */
  private boolean fraction(byte[] bytes) {
    at++;
    int start = at;
    int value = 0;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - start < 9) {
      value = 10 * value + bytes[at++] - '0';
    }
    int count = at - start;
    for (int i = count; i < 9; i++) {
      value *= 10;
    }
    nanos = value;
    return count > 0;
  }

  private boolean zone(byte[] bytes) {
    int sign = bytes[at++];
    if ((sign | 0x20) == 'z') {
      return at == end;
    }
    int rest = end - at;
    if ((sign != '+' && sign != '-') || rest < 2) {
      return false;
    }
    int hours = twoDigits(bytes, at);
    int minutes = 0;
    if (rest == 5 && bytes[at + 2] == ':') {
      minutes = twoDigits(bytes, at + 3);
    } else if (rest == 4) {
      minutes = twoDigits(bytes, at + 2);
    } else if (rest != 2) {
      return false;
    }
    int total = 60 * hours + minutes;
    offsetMinutes = sign == '-' ? -total : total;
    return hours >= 0 && minutes >= 0 && minutes < 60 && total <= MAX_OFFSET_MINUTES;
  }

  /** The number, or a negative one if these are not two digits. */
  private static int twoDigits(byte[] bytes, int index) {
    int tens = bytes[index] - '0';
    int ones = bytes[index + 1] - '0';
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -100 : 10 * tens + ones;
  }
}
