package io.millrace.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Generates comments on issues as GitHub's public events have them, of about 5 KB: mostly URLs. */
final class GitHubEvents {
    private static final String API = "https://api.github.com/";
    private static final List<String> USER_URLS = List.of(
            "followers_url:followers",
            "following_url:following{/other_user}",
            "gists_url:gists{/gist_id}",
            "starred_url:starred{/owner}{/repo}",
            "subscriptions_url:subscriptions",
            "organizations_url:orgs",
            "repos_url:repos",
            "events_url:events{/privacy}",
            "received_events_url:received_events");
    private static final List<String> ISSUE_URLS =
            List.of("labels_url:labels{/name}", "comments_url:comments", "events_url:events", "timeline_url:timeline");
    private static final List<String> REACTIONS =
            List.of("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes");

    private final JsonParts parts;

    GitHubEvents(Random random) {
        parts = new JsonParts(random);
    }

    String next() {
        String login = parts.name();
        String repository = parts.name() + "/" + parts.name();
        String issue = API + "repos/" + repository + "/issues/" + parts.number(1, 9_000);
        return "{\"id\":\"" + parts.number(1_000_000_000, 999_999_999) + "\",\"type\":\""
                + parts.oneOf(List.of("IssueCommentEvent", "IssuesEvent")) + "\",\"actor\":{\"id\":"
                + parts.number(1, 90_000_000) + ",\"login\":\"" + login + "\",\"display_login\":\"" + login
                + "\",\"gravatar_id\":\"\",\"url\":\"" + API + "users/" + login
                + "\",\"avatar_url\":\"https://avatars.githubusercontent.com/u/" + parts.number(1, 90_000_000)
                + "?\"},\"repo\":{\"id\":" + parts.number(1, 600_000_000) + ",\"name\":\"" + repository
                + "\",\"url\":\"" + API + "repos/" + repository + "\"},\"payload\":{\"action\":\"created\",\"issue\":"
                + issue(issue, repository) + ",\"comment\":" + comment(issue, login)
                + "},\"public\":true,\"created_at\":\"" + parts.time() + "\",\"org\":{\"id\":"
                + parts.number(1, 9_000_000) + ",\"login\":\"" + login + "\",\"gravatar_id\":\"\",\"url\":\"" + API
                + "orgs/" + login + "\"}}";
    }

    private String issue(String url, String repository) {
        return "{\"url\":\"" + url + "\",\"repository_url\":\"" + API + "repos/" + repository + "\","
                + urls(ISSUE_URLS, url) + ",\"id\":" + parts.number(1_000_000_000, 999_999_999)
                + ",\"node_id\":\"I_kwDO" + parts.hex() + "\",\"number\":" + parts.number(1, 9_000) + ",\"title\":\""
                + parts.words(parts.number(4, 8)) + "\",\"user\":" + user(parts.name()) + ",\"labels\":[" + labels(url)
                + "],\"state\":\"open\",\"locked\":false,\"assignee\":null,\"assignees\":[],\"milestone\":null"
                + ",\"comments\":" + parts.number(0, 40) + ",\"created_at\":\"" + parts.time()
                + "\",\"updated_at\":\"" + parts.time()
                + "\",\"closed_at\":null,\"author_association\":\"NONE\",\"active_lock_reason\":null,\"body\":\""
                + body() + "\",\"reactions\":" + reactions(url)
                + ",\"performed_via_github_app\":null,\"state_reason\":null}";
    }

    private String comment(String issue, String login) {
        String url = issue + "/comments/" + parts.number(1_000_000_000, 999_999_999);
        return "{\"url\":\"" + url + "\",\"issue_url\":\"" + issue + "\",\"id\":"
                + parts.number(1_000_000_000, 999_999_999) + ",\"node_id\":\"IC_kwDO" + parts.hex() + "\",\"user\":"
                + user(login) + ",\"created_at\":\"" + parts.time() + "\",\"updated_at\":\"" + parts.time()
                + "\",\"author_association\":\"" + parts.oneOf(List.of("NONE", "MEMBER", "CONTRIBUTOR"))
                + "\",\"body\":\"" + body() + "\",\"reactions\":" + reactions(url)
                + ",\"performed_via_github_app\":null}";
    }

    private String user(String login) {
        String url = API + "users/" + login;
        return "{\"login\":\"" + login + "\",\"id\":" + parts.number(1, 90_000_000) + ",\"node_id\":\"MDQ6"
                + parts.hex() + "\",\"avatar_url\":\"https://avatars.githubusercontent.com/u/"
                + parts.number(1, 90_000_000) + "?v=4\",\"gravatar_id\":\"\",\"url\":\"" + url
                + "\",\"html_url\":\"https://github.com/" + login + "\"," + urls(USER_URLS, url)
                + ",\"type\":\"User\",\"site_admin\":false}";
    }

    private static String urls(List<String> names, String base) {
        return names.stream()
                .map(name -> name.split(":", 2))
                .map(name -> '"' + name[0] + "\":\"" + base + "/" + name[1] + '"')
                .collect(Collectors.joining(","));
    }

    private String labels(String url) {
        return Stream.generate(() -> "{\"id\":" + parts.number(1, 900_000_000) + ",\"url\":\"" + url
                        + "/labels/bug\",\"name\":\"bug\",\"color\":\"d73a4a\",\"default\":" + parts.chance(2)
                        + ",\"description\":\"Something is not working\"}")
                .limit(parts.number(0, 3))
                .collect(Collectors.joining(","));
    }

    private String body() {
        return Stream.generate(() -> parts.words(parts.number(3, 12)) + (parts.chance(4) ? " \\\"null\\\"" : ""))
                .limit(parts.number(1, 5))
                .collect(Collectors.joining("\\r\\n"));
    }

    private String reactions(String url) {
        return REACTIONS.stream()
                .map(name -> ",\"" + name + "\":" + (parts.chance(9) ? 1 : 0))
                .collect(Collectors.joining(
                        "", "{\"url\":\"" + url + "/reactions\",\"total_count\":" + parts.number(0, 9), "}"));
    }
}
