using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Callers;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Analytics.Privacy;

/// <summary>Shows and erases what is kept of a reader.</summary>
internal sealed class PrivacyRpc(ReaderErasure erasure, ReaderExport export) : PrivacyService.PrivacyServiceBase
{
    public override Task<EraseReaderResponse> EraseReader(EraseReaderRequest request, ServerCallContext context)
    {
        RequireSelfOrEditor(context, request.Name);
        return erasure.EraseAsync(request.Name, context.CancellationToken);
    }

    public override Task ExportReader(ExportReaderRequest request, IServerStreamWriter<ExportReaderResponse> responseStream, ServerCallContext context)
    {
        RequireSelfOrEditor(context, request.Name);
        return export.SendAsync(request.Name, responseStream, context.CancellationToken);
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

internal sealed class EraseReaderValidator : AbstractValidator<EraseReaderRequest>
{
    public EraseReaderValidator() => RuleFor(request => request.Name).NameOfReader();
}

internal sealed class ExportReaderValidator : AbstractValidator<ExportReaderRequest>
{
    public ExportReaderValidator() => RuleFor(request => request.Name).NameOfReader();
}

/// <summary>The rule for names of those who can sign in.</summary>
internal static class ReaderNames
{
    public static IRuleBuilderOptions<T, string> NameOfReader<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(EventRules.IsReader).WithMessage("must be a name of the form readers/{id} or creators/{id}");
}
