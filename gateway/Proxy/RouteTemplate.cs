using System.Globalization;
using System.Text.RegularExpressions;
using Google.Api;

namespace Broadsheet.Gateway.Proxy;

/// <summary>
/// Translates the paths of <c>google.api.http</c> (<c>/v1/{name=stories/*}:publish</c>) into route templates
/// (<c>/v1/stories/{p0}:publish</c>). The gateway only has to find the service; the service binds the variables.
/// </summary>
internal static partial class RouteTemplate
{
    /// <summary>The HTTP method and route template of a rule, its additional bindings left aside.</summary>
    public static (string HttpMethod, string Template) Of(HttpRule rule)
    {
        var (method, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
            HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
            HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
            HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
            HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
            HttpRule.PatternOneofCase.Custom => (rule.Custom.Kind, rule.Custom.Path),
            _ => throw new NotSupportedException("an HTTP rule without a path"),
        };
        return (method, Of(path));
    }

    /// <summary>The route template of a path.</summary>
    public static string Of(string path)
    {
        // A variable stands for the segments of its own pattern; without one, for a single segment.
        var segments = Variable().Replace(path, static variable => variable.Groups["segments"] is { Success: true } own ? own.Value : "*");
        var count = 0;
        var template = Wildcard().Replace(
            segments,
            wildcard => string.Create(CultureInfo.InvariantCulture, $"{{{(wildcard.Length == 2 ? "**" : "")}p{count++}}}"));
        return template.Contains("**", StringComparison.Ordinal) && !template.EndsWith('}')
            ? throw new NotSupportedException($"{path}: routing has no rest of the path with something after it")
            : template;
    }

    [GeneratedRegex(@"\{[A-Za-z0-9_.]+(=(?<segments>[^}]*))?\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\*\*?", RegexOptions.CultureInvariant)]
    private static partial Regex Wildcard();
}
