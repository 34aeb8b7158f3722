using Broadsheet.Content.Comments;
using Broadsheet.Content.Communities;
using Broadsheet.Content.Creators;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Follows;
using Broadsheet.Content.Site;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Content.Transfer;

/// <summary>Takes all content out and puts it into an empty store.</summary>
internal sealed class TransferRpc(ContentStore store) : TransferService.TransferServiceBase
{
    public override async Task ExportContent(ExportContentRequest request, IServerStreamWriter<ExportContentResponse> responseStream, ServerCallContext context)
    {
        RequireEditor(context);
        await store.ReadAsync(
            async content =>
            {
                foreach (var table in ArchiveTable.All)
                {
                    await foreach (var row in table.ReadAsync(content))
                    {
                        await responseStream.WriteAsync(new ExportContentResponse { Row = row }, context.CancellationToken);
                    }
                }

                return true;
            },
            context.CancellationToken);
    }

    public override async Task<RestoreContentResponse> RestoreContent(IAsyncStreamReader<RestoreContentRequest> requestStream, ServerCallContext context)
    {
        RequireEditor(context);
        var began = false;
        var response = await store.WriteAsync(
            async content =>
            {
                // The rows come but once, so what would have to be done again can't be.
                if (began)
                {
                    throw RpcError.Retryable(ErrorReason.StoreUnavailable, "others write to the store while it is restored", TimeSpan.FromSeconds(1));
                }

                began = true;
                return await RestoreAsync(content, requestStream, context.CancellationToken);
            },
            context.CancellationToken);
        await store.RenewFeedAsync(context.CancellationToken);
        return response;
    }

    private static async Task<RestoreContentResponse> RestoreAsync(
        ContentTransaction content, IAsyncStreamReader<RestoreContentRequest> rows, CancellationToken cancellationToken)
    {
        foreach (var table in new[] { "communities", "creators", "stories", "site" })
        {
            if (await content.ScalarAsync($"select 1 from {table} limit 1") is not null)
            {
                throw RpcError.Precondition(ErrorReason.StateInvalid, table, "empty", "there is content already; an export is restored into an empty store");
            }
        }

        var tables = ArchiveTable.All.ToDictionary(table => table.Name, StringComparer.Ordinal);
        var response = new RestoreContentResponse();
        while (await rows.MoveNext(cancellationToken))
        {
            if (rows.Current.Row is not { } row || !tables.TryGetValue(row.Table, out var table))
            {
                throw RpcError.InvalidField("row.table", "is none that an export has");
            }

            await table.WriteAsync(content, row);
            response.Rows++;
            response.Stories += row.Table == "stories" ? 1 : 0;
        }

        await FeedAsync(content);
        return response;
    }

    /// <summary>Makes the feed tell what is there now. What has a version keeps it; new ones come after all of them.</summary>
    private static async Task FeedAsync(ContentTransaction content)
    {
        var newest = (long)(await content.ScalarAsync(
            """
            select coalesce(max(version), 0) from (select version from site union all select version from communities union all select version from creators
              union all select version from stories union all select version from comments) versions
            """))!;
        await content.AdvanceVersionAsync(newest);
        await SiteRpc.AppendAsync(content);
        await CommunityRpc.Table.AppendAllAsync(content);
        await CreatorRpc.Table.AppendAllAsync(content);
        await StoryRow.AppendAllAsync(content);
        await StoryComments.AppendAllAsync(content);
        await FollowTable.AppendAllAsync(content);
    }

    private static void RequireEditor(ServerCallContext context)
    {
        if (!context.Caller().IsEditor)
        {
            throw CallerContext.MissingRole(Caller.EditorRole);
        }
    }
}
