using Broadsheet.Hosting.Validation;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Broadsheet.Query.V1;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Query.Ask;

/// <summary>Answers questions from the index, or says why not.</summary>
internal sealed class AskRpc(IndexKeeper keeper, FreshnessGate freshness) : AskService.AskServiceBase
{
    private const int Candidates = 80;
    private const int UsualAnswers = 3;
    private const int MostAnswers = 10;

    public override async Task<AskResponse> Ask(AskRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        if (Question.Analyze(request.Question) is not { } question)
        {
            return new AskResponse { NoAnswerReason = NoAnswerReason.QuestionNotUnderstood };
        }

        using var reading = keeper.Read();
        var sentences = SentenceSearch.Find(reading, SearchText.Parse(question.Retrieval), request.Story, request.Community, Candidates);
        var (answers, reason) = AnswerFinder.Find(question, sentences, request.MaxAnswers == 0 ? UsualAnswers : Math.Min(request.MaxAnswers, MostAnswers));
        return new AskResponse { Answers = { answers.Select(Show) }, NoAnswerReason = reason };
    }

    private static Answer Show(FoundAnswer found)
    {
        var sentence = found.Sentence;
        var text = sentence.Text;
        var position = new CodePoints(text);
        return new Answer
        {
            Text = found.Text,
            Sentence = text,
            Confidence = Math.Round(found.Confidence, 3),
            Agreeing = found.Agreeing,
            Disagreeing = found.Disagreeing,
            Citation = new Citation
            {
                Story = sentence.Story.Name,
                Revision = sentence.Story.Revision,
                Section = sentence.Section.Id,
                Start = sentence.Position.Start,
                End = sentence.Position.End,
            },
            Start = sentence.Position.Start + position.FromUtf16(found.Start),
            End = sentence.Position.Start + position.FromUtf16(found.End),
        };
    }
}

internal sealed class AskRequestValidator : AbstractValidator<AskRequest>
{
    public AskRequestValidator()
    {
        RuleFor(request => request.Question).Must(question => !string.IsNullOrWhiteSpace(question)).WithMessage("is required")
            .MaximumLength(1_000).WithMessage("must have at most 1,000 characters");
        RuleFor(request => request.Story).OptionalNameOf("stories");
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.MaxAnswers).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}
