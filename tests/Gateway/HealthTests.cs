using System.Net;
using System.Text.Json;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Drain;
using Broadsheet.Testing;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Gateway.Tests;

public sealed class HealthTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Suite_is_ready_when_every_service_is_and_names_who_is_missing()
    {
        await using var suite = await TestSuite.StartAsync();
        Assert.Equal("""{"status":"ready","checks":{"drain":"ok","content":"ok","query":"ok"}}""", await suite.Json.GetStringAsync("/readyz", Cancel));

        suite.Query.App.Services.GetRequiredService<Drain>().Begin();
        HttpResponseMessage response;
        do
        {
            // An answer may be a second old.
            await Task.Delay(50, Cancel);
            response = await suite.Json.GetAsync("/readyz", Cancel);
        }
        while (response.StatusCode == HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("ok", body.RootElement.GetProperty("checks").GetProperty("content").GetString());
        Assert.Equal($"{suite.Query.Operations.Authority} is not ready", body.RootElement.GetProperty("checks").GetProperty("query").GetString());
        Assert.Equal(HttpStatusCode.OK, (await suite.Json.GetAsync("/livez", Cancel)).StatusCode);

        var health = new Grpc.Health.V1.Health.HealthClient(suite.Channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new(), cancellationToken: Cancel)).Status);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new() { Service = "broadsheet.query.v1.AskService" }, cancellationToken: Cancel)).Status);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new() { Service = "broadsheet.content.v1.StoryService" }, cancellationToken: Cancel)).Status);
        Assert.Equal(StatusCode.NotFound, (await Typed.ErrorAsync(health.CheckAsync(new() { Service = "no.such.Service" }, cancellationToken: Cancel))).Code);
    }

    [Fact]
    public async Task Service_that_does_not_answer_is_told_within_the_patience()
    {
        using var hung = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        hung.Start();
        var (gateway, _, http) = await TestSuite.StartGatewayAsync($"Broadsheet:Gateway:ContentHealthAddress=http://{hung.LocalEndpoint}", $"Broadsheet:Gateway:QueryHealthAddress=http://{hung.LocalEndpoint}");
        await using var app = gateway;
        using var client = new HttpClient { BaseAddress = http };
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var response = await client.GetAsync("/readyz", Cancel);
        Assert.Contains($"\"content\":\"{hung.LocalEndpoint} does not answer\"", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 1.9);
    }

    [Fact]
    public async Task Gateway_starts_while_a_host_name_is_unknown()
    {
        var (gateway, _, http) = await TestSuite.StartGatewayAsync("Broadsheet:Gateway:ContentAddress=http://no-such-host.invalid:5101", "Broadsheet:Gateway:ContentHealthAddress=http://no-such-host.invalid:5111");
        await using var app = gateway;
        using var client = new HttpClient { BaseAddress = http };
        Assert.Contains("\"content\":\"has no address\"", await (await client.GetAsync("/readyz", Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var response = await client.GetAsync("/v1/stories/x", Cancel);
        Assert.Equal("SERVICE_UNAVAILABLE", (await Typed.ErrorAsync(response)).Reason);
    }

    [Fact]
    public async Task Host_name_stands_for_its_addresses()
    {
        await using var content = await TestService.StartAsync();
        var (gateway, _, http) = await TestSuite.StartGatewayAsync($"Broadsheet:Gateway:ContentAddress=http://localhost:{content.Calls.Port}", $"Broadsheet:Gateway:ContentHealthAddress=http://localhost:{content.Operations.Port}");
        await using var app = gateway;
        using var client = new HttpClient { BaseAddress = http };
        Assert.Contains("\"content\":\"ok\"", await (await client.GetAsync("/readyz", Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reflection_lists_the_services_of_the_whole_suite()
    {
        await using var suite = await TestSuite.StartAsync();
        using var call = new ServerReflection.ServerReflectionClient(suite.Channel).ServerReflectionInfo(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var listed = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToHashSet();
        Assert.Superset(ContractMethods.Services.Select(service => service.FullName).ToHashSet(), listed);
        Assert.Equal(ContractMethods.Services.Count + 3, listed.Count);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "broadsheet.content.v1.StoryService" }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        Assert.NotEmpty(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
    }

    [Fact]
    public async Task Root_tells_what_this_is()
    {
        await using var suite = await TestSuite.StartAsync();
        using var index = JsonDocument.Parse(await suite.Json.GetStringAsync("/", Cancel));
        Assert.Equal("Broadsheet", index.RootElement.GetProperty("name").GetString());
        Assert.Equal("/v1/stories", index.RootElement.GetProperty("links").GetProperty("stories").GetString());
    }
}
