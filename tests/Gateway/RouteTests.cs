using Broadsheet.Contracts;
using Broadsheet.Gateway.Proxy;

namespace Broadsheet.Gateway.Tests;

public sealed class RouteTests
{
    [Theory]
    [InlineData("/v1/stories", "/v1/stories")]
    [InlineData("/v1/stories:lookup", "/v1/stories:lookup")]
    [InlineData("/v1/{name=stories/*}", "/v1/stories/{p0}")]
    [InlineData("/v1/{name=stories/*}:publish", "/v1/stories/{p0}:publish")]
    [InlineData("/v1/{name=stories/*/revisions/*}", "/v1/stories/{p0}/revisions/{p1}")]
    [InlineData("/v1/{story.name=stories/*}", "/v1/stories/{p0}")]
    [InlineData("/v1/{parent=stories/*}/revisions", "/v1/stories/{p0}/revisions")]
    [InlineData("/v1/{id}/x/*", "/v1/{p0}/x/{p1}")]
    [InlineData("/v1/{path=files/**}", "/v1/files/{**p0}")]
    public void Path_of_an_HTTP_rule_becomes_a_route_template(string path, string template) => Assert.Equal(template, RouteTemplate.Of(path));

    [Fact]
    public void Rest_of_a_path_with_a_verb_is_refused() => Assert.Throws<NotSupportedException>(() => RouteTemplate.Of("/v1/{path=files/**}:read"));

    [Fact]
    public void Every_service_and_binding_has_a_route_of_its_own_to_a_cluster()
    {
        Assert.All(ContractRoutes.All, route => Assert.Contains(route.Config.ClusterId, SuiteClusters.Names));
        Assert.Equal(ContractRoutes.All.Count, ContractRoutes.All.Select(route => route.Config.RouteId).Distinct().Count());
        Assert.All(ContractMethods.Services, service => Assert.Single(ContractRoutes.All, route => route.Config.Match.Path == $"/{service.FullName}/{{method}}"));
        Assert.All(
            ContractMethods.Services.SelectMany(service => service.Methods).Where(method => !method.IsClientStreaming),
            method => Assert.Contains(ContractRoutes.All, route => route.Method == method));
        Assert.Equal(2, ContractRoutes.All.Count(route => route.Config.Match.Path == "/v1/ask"));
    }

    [Theory]
    [InlineData("GET /v1/comments:queue", "content")]
    [InlineData("POST /v1/comments:moderate", "content")]
    [InlineData("POST /v1/stories/{p0}/comments/{p1}:report", "content")]
    [InlineData("PATCH /v1/communities/{p0}/commentPolicy", "content")]
    [InlineData("GET /v1/claims", "query")]
    [InlineData("GET /v1/figures", "query")]
    [InlineData("GET /v1/entities", "query")]
    [InlineData("GET /v1/entities/{p0}", "query")]
    [InlineData("GET /v1/stories/{p0}", "content")]
    [InlineData("GET /v1/stories/{p0}/revisions", "content")]
    [InlineData("GET /v1/stories/{p0}/related", "query")]
    [InlineData("GET /v1/explore", "query")]
    [InlineData("GET /v1/trending", "analytics")]
    public void Path_that_several_collections_share_leads_to_the_service_of_its_method(string route, string cluster) =>
        Assert.Equal(cluster, Assert.Single(ContractRoutes.All, each => each.Config.RouteId == route).Config.ClusterId);

    [Fact]
    public void Analytics_is_a_cluster_only_where_it_is_configured()
    {
        Assert.DoesNotContain(SuiteClusters.Of(new GatewayOptions()), cluster => cluster.ClusterId == SuiteClusters.Analytics);
        var options = new GatewayOptions { AnalyticsAddress = "http://a:1", AnalyticsHealthAddress = "http://a:2" };
        Assert.Contains(SuiteClusters.Of(options), cluster => cluster.ClusterId == SuiteClusters.Analytics);
        Assert.Throws<InvalidOperationException>(() => SuiteClusters.Of(new GatewayOptions { AnalyticsAddress = "http://a:1" }));
    }

    [Theory]
    [InlineData("http://a:1,http://b:2", "http://a:3")]
    [InlineData("a:1", "http://a:3")]
    [InlineData("", "")]
    public void Addresses_that_cannot_be_are_refused_at_the_start(string addresses, string health) =>
        Assert.Throws<InvalidOperationException>(() => SuiteClusters.Of(new GatewayOptions { ContentAddress = addresses, ContentHealthAddress = health }));
}
