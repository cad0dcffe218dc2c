package io.millrace.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Generates tweets of about 2 KB, with escaped slashes as Twitter wrote them and text in several scripts. */
final class Tweets {
    private static final List<String> TEXTS = List.of(
            "caf\u00e9 in Z\u00fcrich",
            "\u540d\u524d:\u524d\u7530\u3042\u3086\u307f \u7b2c\u4e00\u5370\u8c61",
            "\uD83D\uDE02\uD83D\uDE02 so true",
            "\u0441\u043f\u0430\u0441\u0438\u0431\u043e",
            "\\u2026 \\u0026amp; more",
            "\\ud83d\\ude00 \\u2764\\ufe0f",
            "\\\"quoted\\\" \\n\\n new line");

    private final JsonParts parts;

    Tweets(Random random) {
        parts = new JsonParts(random);
    }

    String next() {
        String id = String.valueOf(505_874_900_000_000_000L + parts.number(0, 2_000_000_000));
        return "{\"created_at\":\"Sun Aug 31 00:29:" + parts.number(10, 50) + " +0000 2025\",\"id\":" + id
                + ",\"id_str\":\"" + id + "\",\"text\":\"" + text() + "\",\"source\":\"\\u003ca href=\\\"http:"
                + "\\/\\/twitter.com\\/download\\/iphone\\\" rel=\\\"nofollow\\\"\\u003eTwitter for iPhone\\u003c"
                + "\\/a\\u003e\",\"truncated\":false,\"in_reply_to_status_id\":null,\"in_reply_to_status_id_str\":null"
                + ",\"in_reply_to_user_id\":null,\"in_reply_to_user_id_str\":null,\"in_reply_to_screen_name\":null"
                + ",\"user\":" + user() + ",\"geo\":null,\"coordinates\":null,\"place\":null,\"contributors\":null"
                + ",\"retweet_count\":" + parts.number(0, 90) + ",\"favorite_count\":" + parts.number(0, 90)
                + ",\"entities\":" + entities() + ",\"favorited\":false,\"retweeted\":false"
                + ",\"possibly_sensitive\":false,\"filter_level\":\"low\",\"lang\":\""
                + parts.oneOf(List.of("ja", "en", "de", "ru")) + "\",\"timestamp_ms\":\"1756600"
                + parts.number(100, 900)
                + "\"}";
    }

    private String user() {
        String name = parts.name();
        String id = String.valueOf(parts.number(100_000, 2_000_000_000));
        return "{\"id\":" + id + ",\"id_str\":\"" + id + "\",\"name\":\"" + parts.oneOf(TEXTS)
                + "\",\"screen_name\":\"" + name + "\",\"location\":\"" + parts.oneOf(TEXTS) + "\",\"url\":"
                + (parts.chance(2) ? "null" : url()) + ",\"description\":\"" + text()
                + "\",\"protected\":false,\"verified\":false,\"followers_count\":" + parts.number(0, 90_000)
                + ",\"friends_count\":" + parts.number(0, 900) + ",\"listed_count\":" + parts.number(0, 90)
                + ",\"favourites_count\":" + parts.number(0, 9_000) + ",\"statuses_count\":" + parts.number(0, 90_000)
                + ",\"created_at\":\"Sun Jan 15 08:59:34 +0000 2012\",\"utc_offset\":null,\"time_zone\":null"
                + ",\"geo_enabled\":false,\"lang\":\"en\",\"profile_background_color\":\"C0DEED\""
                + ",\"profile_image_url\":\"http:\\/\\/pbs.twimg.com\\/profile_images\\/" + parts.hex()
                + "\\/normal.jpeg\",\"profile_banner_url\":\"https:\\/\\/pbs.twimg.com\\/profile_banners\\/" + id
                + "\",\"profile_link_color\":\"0084B4\",\"profile_text_color\":\"333333\",\"default_profile\":true"
                + ",\"following\":null,\"notifications\":null}";
    }

    private String entities() {
        return "{\"hashtags\":[{\"text\":\"streams\",\"indices\":[" + parts.number(1, 20) + "," + parts.number(21, 20)
                + "]}],\"trends\":[],\"urls\":[{\"url\":" + url() + ",\"expanded_url\":" + url()
                + ",\"display_url\":\"example.com\\u2026\",\"indices\":[" + parts.number(40, 20) + ","
                + parts.number(60, 20) + "]}],\"user_mentions\":[{\"screen_name\":\"" + parts.name()
                + "\",\"name\":\"" + parts.oneOf(TEXTS) + "\",\"id\":" + parts.number(1, 900_000_000)
                + ",\"indices\":[3," + parts.number(10, 9) + "]}],\"symbols\":[]}";
    }

    private String url() {
        return "\"https:\\/\\/t.co\\/" + parts.hex() + "\"";
    }

    private String text() {
        return Stream.generate(() -> parts.chance(2) ? parts.words(4) : parts.oneOf(TEXTS))
                .limit(parts.number(2, 5))
                .collect(Collectors.joining(" "));
    }
}
