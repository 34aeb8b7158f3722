using Broadsheet.Analytics.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Analytics.Reports;

/// <summary>Who may ask for which figures: editors for all, creators for those of their own stories.</summary>
internal sealed class ReportAccess(IHostEnvironment environment)
{
    /// <summary>Lets a call pass that may see the figures of the creator's stories; of all stories if the name is empty.</summary>
    /// <exception cref="RpcException">CALLER_REQUIRED or PERMISSION_MISSING.</exception>
    public void Require(ServerCallContext context, string creator)
    {
        var caller = context.Caller();
        // As everywhere, a call without a name is taken for a developer's in Development, and for nobody's elsewhere.
        if (caller.IsAnonymous && !environment.IsDevelopment())
        {
            throw RpcError.Of(ErrorReason.CallerRequired, "only a known caller may do this");
        }

        if (creator.Length == 0 || caller.Name != creator)
        {
            context.RequireRole(Caller.EditorRole);
        }
    }

    /// <summary>The creator whose stories alone a query counts; empty if it counts others too.</summary>
    public static string CreatorOf(QueryReportRequest request) =>
        request.Filters.FirstOrDefault(filter => filter is { Dimension: ReportDimension.Creator, Match: ReportMatch.Unspecified or ReportMatch.Is } && filter.Values.Distinct().Count() == 1)?.Values[0] ?? "";
}
