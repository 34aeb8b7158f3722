using System.Globalization;
using System.Net;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Drain;
using Broadsheet.Testing;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Broadsheet.Hosting.Tests;

public sealed class HostTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Caller_is_whom_the_header_names_in_Development()
    {
        await using var host = await TestService.StartAsync();
        var seen = new List<Caller>();
        host.Handlers.GetStory = (_, context) =>
        {
            seen.Add(context.Caller());
            return Task.FromResult(new Story());
        };
        var stories = new StoryService.StoryServiceClient(host.Channel);
        await stories.GetStoryAsync(new() { Name = "stories/x" }, new Metadata { { "x-broadsheet-caller", "creators/ada; roles=editor,moderator" } }, cancellationToken: Cancel);
        await stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel);
        Assert.Equal(("creators/ada", true, 2), (seen[0].Name, seen[0].IsEditor, seen[0].Roles.Count));
        Assert.Equal(Caller.Anonymous, seen[1]);

        var error = await Typed.ErrorAsync(stories.GetStoryAsync(new() { Name = "stories/x" }, new Metadata { { "x-broadsheet-caller", "ada" } }, cancellationToken: Cancel));
        Assert.Equal((StatusCode.Unauthenticated, "CALLER_INVALID"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task Host_outside_Development_ignores_the_header_and_changes_nothing()
    {
        await using var host = await TestService.StartAsync("environment=Production");
        Caller? seen = null;
        host.Handlers.GetStory = (_, context) =>
        {
            seen = context.Caller();
            return Task.FromResult(new Story());
        };
        var editor = new Metadata { { "x-broadsheet-caller", "creators/ada;roles=editor" } };
        var stories = new StoryService.StoryServiceClient(host.Channel);
        await stories.GetStoryAsync(new() { Name = "stories/x" }, editor, cancellationToken: Cancel);
        Assert.Equal(Caller.Anonymous, seen);

        var error = await Typed.ErrorAsync(stories.CreateStoryAsync(new() { Story = new() { Title = "x" } }, editor, cancellationToken: Cancel));
        Assert.Equal((StatusCode.Unauthenticated, "IDENTITY_PROVIDER_MISSING"), (error.Code, error.Reason));
        using var json = await host.Json.PostAsync("/v1/stories", new StringContent("""{"title": "x"}""", null, "application/json"), Cancel);
        Assert.Equal((HttpStatusCode.Unauthorized, "IDENTITY_PROVIDER_MISSING"), (json.StatusCode, (await Typed.ErrorAsync(json)).Reason));
    }

    [Fact]
    public async Task Health_answers_on_the_HTTP_port_and_calls_do_not()
    {
        await using var host = await TestService.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/livez", Cancel)).StatusCode);
        Assert.Equal("""{"status":"ready","checks":{"drain":"ok"}}""", await host.Http.GetStringAsync("/readyz", Cancel));
        var error = await Typed.ErrorAsync(await host.Http.GetAsync("/v1/stories/x", Cancel));
        Assert.Equal("PATH_UNKNOWN", error.Reason);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await new Grpc.Health.V1.Health.HealthClient(host.Channel).CheckAsync(new(), cancellationToken: Cancel)).Status);
    }

    [Fact]
    public async Task Metrics_count_calls_by_method_and_status_whichever_way_they_came()
    {
        await using var host = await TestService.StartAsync();
        await new StoryService.StoryServiceClient(host.Channel).GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel);
        await host.Json.GetAsync("/v1/stories/x", Cancel);
        await host.Json.PostAsync("/v1/stories/x:publish", new StringContent("{}", null, "application/json"), Cancel);
        var metrics = await host.Http.GetStringAsync("/metrics", Cancel);
        Assert.True(Count("GetStory", "OK") >= 2);
        Assert.True(Count("PublishStory", "InvalidArgument") >= 1);

        // Other hosts of this process count into the same meter, so there may be more.
        int Count(string method, string status) => metrics.Split('\n')
            .Where(line => line.StartsWith("rpc_server_duration_seconds_count", StringComparison.Ordinal)
                && line.Contains($"StoryService/{method}\"", StringComparison.Ordinal) && line.Contains($"\"{status}\"", StringComparison.Ordinal))
            .Sum(line => int.Parse(line[line.LastIndexOf(' ')..], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Draining_host_says_so_serves_on_ends_streams_and_then_stops()
    {
        await using var host = await TestService.StartAsync("Broadsheet:DrainDelay=00:00:01");
        var lifetime = host.App.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopping = new TaskCompletionSource();
        lifetime.ApplicationStopping.Register(stopping.SetResult);
        using var watch = new ChangeFeedService.ChangeFeedServiceClient(host.Channel).WatchChanges(new(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        var running = host.App.WaitForShutdownAsync(Cancel);

        ((DrainingLifetime)host.App.Services.GetRequiredService<IHostLifetime>()).Stop("a test");

        var unready = await host.Http.GetAsync("/readyz", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unready.StatusCode);
        Assert.Equal("""{"status":"not ready","checks":{"drain":"draining"}}""", await unready.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/livez", Cancel)).StatusCode);
        await new StoryService.StoryServiceClient(host.Channel).GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel);
        Assert.False(stopping.Task.IsCompleted);

        var ended = Typed.Of(await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel)));
        Assert.Equal("SERVER_DRAINING", ended.Reason);
        await running.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.True(stopping.Task.IsCompleted);
    }

    [Fact]
    public async Task Call_in_flight_is_finished_while_the_host_stops()
    {
        await using var host = await TestService.StartAsync();
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        host.Handlers.GetStory = async (_, context) =>
        {
            entered.SetResult();
            await release.Task;
            return new Story { Name = context.CancellationToken.IsCancellationRequested ? "cancelled" : "stories/x" };
        };
        using var call = new StoryService.StoryServiceClient(host.Channel).GetStoryAsync(
            new() { Name = "stories/x" }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30), cancellationToken: Cancel);
        await entered.Task.WaitAsync(Cancel);
        var stopping = new TaskCompletionSource();
        host.App.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        var running = host.App.WaitForShutdownAsync(Cancel);
        ((DrainingLifetime)host.App.Services.GetRequiredService<IHostLifetime>()).Stop("a test");
        await stopping.Task.WaitAsync(Cancel);
        Assert.False(running.IsCompleted);
        release.SetResult();
        Assert.Equal("stories/x", (await call).Name);
        await running.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }
}
