using System.Globalization;
using System.Text.RegularExpressions;
using Broadsheet.Content.Comments;
using Broadsheet.Content.Follows;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Content.Readers;

/// <summary>Shows and erases what is kept about a reader.</summary>
internal sealed class ReaderRpc(ContentStore store) : ReaderService.ReaderServiceBase
{
    public override Task<EraseReaderResponse> EraseReader(EraseReaderRequest request, ServerCallContext context)
    {
        RequireSelfOrEditor(context, request.Name);
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            var erased = new EraseReaderResponse
            {
                FollowCount = await FollowTable.EndAllByAsync(content, request.Name),
                CommentCount = (int)(long)(await content.ScalarAsync("select count(*) from comments where author = @reader", ("@reader", request.Name)))!,
                // The answer to this very call has its row already, and a repeat is to be answered from it.
                RequestCount = await content.ExecuteAsync(
                    "delete from requests where caller = @reader and not (method = @method and request_id = @id)",
                    ("@reader", request.Name), ("@method", context.Method), ("@id", request.RequestId)),
                RevisionCount = await content.ExecuteAsync("update revisions set author = '' where author = @reader", ("@reader", request.Name)),
            };
            await StoryComments.EraseAuthorAsync(content, request.Name);
            await StoryWorkflow.ErasePersonAsync(content, request.Name);
            return erased;
        });
    }

    public override Task<ExportReaderResponse> ExportReader(ExportReaderRequest request, ServerCallContext context)
    {
        RequireSelfOrEditor(context, request.Name);
        return store.ReadAsync(
            async content => new ExportReaderResponse
            {
                Name = request.Name,
                Follows = { await FollowTable.ListAsync(content, request.Name, FollowKind.Unspecified, after: null, int.MaxValue) },
                Requests =
                {
                    await content.AllAsync(
                        "select method, request_id, create_time from requests where caller = @reader order by create_time",
                        row => new KeptRequest
                        {
                            Method = row.GetString(0),
                            RequestId = row.GetString(1),
                            CreateTime = ContentTransaction.FromMicroseconds(row.GetInt64(2)),
                        },
                        ("@reader", request.Name)),
                },
                Revisions =
                {
                    await content.AllAsync(
                        "select story, revision, create_time from revisions where author = @reader order by create_time, story, revision",
                        row => new SavedRevision
                        {
                            Name = string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)}/revisions/{row.GetInt32(1)}"),
                            CreateTime = ContentTransaction.FromMicroseconds(row.GetInt64(2)),
                        },
                        ("@reader", request.Name)),
                },
                Comments =
                {
                    (await CommentRow.ListAsync(content, "c.author = @reader", int.MaxValue, ("@reader", request.Name))).Select(row => row.WithoutModeration()),
                },
                Reports =
                {
                    await content.AllAsync(
                        "select story, comment, message from comment_reports where reader = @reader order by story, comment",
                        row => new ReportedComment
                        {
                            Comment = new CommentName(row.GetString(0), row.GetString(1)).ToString(),
                            Report = row.Message(2, CommentReport.Parser),
                        },
                        ("@reader", request.Name)),
                },
                Bans =
                {
                    await content.AllAsync(
                        "select message from comment_bans where reader = @reader order by community", row => row.Message(0, CommenterBan.Parser), ("@reader", request.Name)),
                },
            },
            context.CancellationToken);
    }

    /// <summary>What a reader did is for that reader, and for the editors who answer for the site.</summary>
    private static void RequireSelfOrEditor(ServerCallContext context, string name)
    {
        if (context.RequireCaller().Name != name)
        {
            context.RequireRole(Caller.EditorRole);
        }
    }
}

/// <summary>Rules for the names of readers, which come from an identity provider and keep its spelling.</summary>
internal static partial class ReaderRules
{
    public static IRuleBuilderOptions<T, string> NameOfReader<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(name => Form().IsMatch(name)).WithMessage("must be a name of the form readers/{id} or creators/{id}");

    [GeneratedRegex("^(readers|creators)/[A-Za-z0-9._~-]{1,100}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

internal sealed class EraseReaderRequestValidator : AbstractValidator<EraseReaderRequest>
{
    public EraseReaderRequestValidator()
    {
        RuleFor(request => request.Name).NameOfReader();
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class ExportReaderRequestValidator : AbstractValidator<ExportReaderRequest>
{
    public ExportReaderRequestValidator() => RuleFor(request => request.Name).NameOfReader();
}
