using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Paging;
using Google.Protobuf;

namespace Broadsheet.Analytics.Reports;

/// <summary>
/// Pages of a report. A token holds the days that were meant by the first page, so that midnight does not change them, and the values by
/// which the last row was ordered; it is good for the same request only.
/// </summary>
internal static class ReportPages
{
    private const string DayForm = "yyyy-MM-dd";

    /// <summary>Where a page begins.</summary>
    /// <param name="From">First day.</param>
    /// <param name="To">Last day.</param>
    /// <param name="After">Values of the row before, as text.</param>
    public sealed record Position(DateOnly From, DateOnly To, IReadOnlyList<string> After);

    /// <summary>A token that goes on after the values.</summary>
    public static string Encode(QueryReportRequest request, LocalPeriod period, IEnumerable<object> after) =>
        PageToken.Encode(
            JsonSerializer.Serialize((string[])
            [
                period.From.ToString(DayForm, CultureInfo.InvariantCulture),
                period.To.ToString(DayForm, CultureInfo.InvariantCulture),
                .. after.Select(value => value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
            ]),
            HashOf(request));

    /// <summary>Where the request's page begins; null for the first page.</summary>
    /// <exception cref="Grpc.Core.RpcException">The token is not one of this request (PAGE_TOKEN_INVALID).</exception>
    public static Position? Decode(QueryReportRequest request)
    {
        if (request.PageToken.Length == 0)
        {
            return null;
        }

        // What it holds was written here: its checksum is right.
        var values = JsonSerializer.Deserialize<string[]>(PageToken.Decode(request.PageToken, HashOf(request)))!;
        return new Position(DateOnly.ParseExact(values[0], DayForm, CultureInfo.InvariantCulture), DateOnly.ParseExact(values[1], DayForm, CultureInfo.InvariantCulture), values[2..]);
    }

    /// <summary>The values of a position by the kinds of what rows are ordered by.</summary>
    public static IReadOnlyList<object> ValuesOf(Position position, IReadOnlyList<ReportOrder> order) =>
    [
        .. order.Zip(position.After, (one, text) => one.KeyCase == ReportOrder.KeyOneofCase.Metric ? double.Parse(text, CultureInfo.InvariantCulture)
            : one.Dimension.IsText() ? text
            : (object)long.Parse(text, CultureInfo.InvariantCulture)),
    ];

    private static string HashOf(QueryReportRequest request)
    {
        var same = request.Clone();
        same.PageToken = "";
        same.PageSize = 0;
        return Convert.ToHexString(SHA256.HashData(same.ToByteArray()));
    }
}
