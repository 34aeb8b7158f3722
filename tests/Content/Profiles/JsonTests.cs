using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Broadsheet.Content.Tests.Profiles;

/// <summary>The HTTP bindings of profiles, follows, the site and readers, as curl would use them.</summary>
public sealed class JsonTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_binding_reaches_its_method()
    {
        await using var content = await ContentFixture.StartAsync();
        await content.SeedAsync();
        using var http = new HttpClient
        {
            BaseAddress = content.Address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        Assert.Equal("Broadsheet", (string?)(await SendAsync(HttpMethod.Get, "/v1/site"))["displayName"]);
        Assert.Equal("Ours", (string?)(await SendAsync(HttpMethod.Patch, "/v1/site", """{"etag":"*","displayName":"Ours"}"""))["displayName"]);
        Assert.Equal("creators/ada-example", (string?)(await SendAsync(HttpMethod.Get, "/v1/creators:lookup?handle=ADA-Example"))["name"]);
        Assert.Equal("communities/geeks", (string?)(await SendAsync(HttpMethod.Get, "/v1/communities:lookup?handle=geeks"))["name"]);
        Assert.Equal("readers/ann/follows/creators~ada-example", (string?)(await SendAsync(HttpMethod.Post, "/v1/creators/ada-example:follow", "{}", "readers/ann"))["follow"]!["name"]);
        await SendAsync(HttpMethod.Post, "/v1/communities/geeks:follow", "{}", "readers/ann");
        Assert.Equal(1, (int)(await SendAsync(HttpMethod.Get, "/v1/creators/ada-example"))["followerCount"]!);
        Assert.Single((JsonArray)(await SendAsync(HttpMethod.Get, "/v1/follows?kind=FOLLOW_KIND_COMMUNITY", caller: "readers/ann"))["follows"]!);
        await SendAsync(HttpMethod.Post, "/v1/creators/ada-example:unfollow", "{}", "readers/ann");
        await SendAsync(HttpMethod.Post, "/v1/communities/geeks:unfollow", "{}", "readers/ann");
        foreach (var name in new[] { "readers/ann", "creators/ada-example" })
        {
            Assert.Equal(0, (int)(await SendAsync(HttpMethod.Post, $"/v1/{name}:erase", "{}", name))["followCount"]!);
            Assert.Equal(name, (string?)(await SendAsync(HttpMethod.Get, $"/v1/{name}:export", caller: name))["name"]);
        }

        async Task<JsonNode> SendAsync(HttpMethod method, string path, string? body = null, string? caller = null)
        {
            using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            if (body is not null)
            {
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            }

            if (caller is not null)
            {
                request.Headers.Add("x-broadsheet-caller", caller);
            }

            using var response = await http.SendAsync(request, Cancel);
            var text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{method} {path}: {text}");
            return JsonNode.Parse(text)!;
        }
    }
}
