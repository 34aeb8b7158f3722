namespace Broadsheet.Query.Language;

/// <summary>Links a denial to the claims that it answers: nearby, by somebody else, about the same.</summary>
internal sealed class Denials(TextAnalysis analysis)
{
    // In characters; some six sentences.
    private const int Reach = 1_200;
    private const int MostLooked = 12;

    // "this" and "the allegations" speak of what was said just before, unless that names who denies.
    private const int GeneralReach = 450;

    // "the allegations" answers what was claimed right before; "the Dutch allegations about gas" must share a word.
    private static readonly string[] GeneralObjects =
    [
        "this", "that", "it", "them", "these", "those", "allegation", "claim", "charge", "accusation", "suggestion", "report", "assertion", "criticism", "wrongdoing", "statement", "rumor", "rumour", "complaint",
        "idea", "notion", "argument", "the", "any", "all", "such", "a", "an", "of", "and", "as", "his", "her", "their", "its", "false", "untrue", "baseless", "groundless", "unfounded", "having", "been", "done", "so",
        "strongly", "completely",
    ];

    private static readonly HashSet<string> General = [.. GeneralObjects.Concat(GeneralObjects.Select(word => word + "s"))];

    private readonly string _text = analysis.Text;

    /// <summary>The attributions with the claims that denials answer.</summary>
    public List<Attribution> Link(List<Attribution> attributions)
    {
        for (var i = 0; i < attributions.Count; i++)
        {
            if (attributions[i].Stance == Stances.Denies && Answered(attributions, i) is { Count: > 0 } answered)
            {
                attributions[i] = attributions[i] with { Answers = answered };
            }
        }

        return attributions;
    }

    private List<int> Answered(List<Attribution> attributions, int denial)
    {
        var answer = attributions[denial];
        var objects = Words(answer);
        var named = objects.Where(word => !General.Contains(word)).Select(Stems.Of).ToHashSet();
        var plural = objects.Any(word => word is "them" or "these" or "those" || (word.EndsWith('s') && General.Contains(word) && word is not "this" and not "his" and not "its" and not "as"));
        var answered = new List<int>();
        var best = 0.0;
        for (var i = denial - 1; i >= 0 && i >= denial - MostLooked && answer.Cue.Start - attributions[i].Cue.Start < Reach; i--)
        {
            var claim = attributions[i];
            if (!CanBeAnswered(claim, answer))
            {
                continue;
            }

            if (named.Count == 0)
            {
                // Nothing but "this" or "the allegations": the claims of the last one who claimed something.
                if (answered.Count > 0 && (!plural || Speaker(claim) != Speaker(attributions[answered[0]])))
                {
                    break;
                }

                if (answered.Count == 0 && answer.Cue.Start - claim.Whole.End > GeneralReach && !Names(claim, answer))
                {
                    continue;
                }

                if (answered.Count > 0 || answer.Cue.Start - claim.Whole.End is >= 0 and < 60 || Accuses(claim) || !AnyAccusation(attributions, i, denial))
                {
                    answered.Insert(0, i);
                }

                continue;
            }

            var shared = (double)Words(claim).Select(Stems.Of).Distinct().Count(named.Contains) / named.Count;
            if (shared > best && shared >= (named.Count > 2 ? 0.34 : 0.5))
            {
                best = shared;
                answered = [i];
            }
        }

        // "NATO denied that …" that shares no word with any claim answers none; "the claim that X" in the denial is its own claim.
        if (answered.Count == 0 && denial + 1 < attributions.Count && attributions[denial + 1] is var inner && answer.Contents.Any(content => content.Contains(inner.Cue.Start)) && Speaker(inner) != Speaker(answer))
        {
            answered.Add(denial + 1);
        }

        return answered;
    }

    private bool AnyAccusation(List<Attribution> attributions, int before, int denial)
    {
        for (var i = before - 1; i >= 0 && i >= denial - MostLooked && attributions[denial].Cue.Start - attributions[i].Cue.Start < Reach; i--)
        {
            if (Accuses(attributions[i]) && CanBeAnswered(attributions[i], attributions[denial]))
            {
                return true;
            }
        }

        return false;
    }

    // The claim names whoever denies it.
    private bool Names(Attribution claim, Attribution denial)
    {
        var name = denial.SourceName.Length > 0 ? denial.SourceName : denial.Source?.Of(_text) ?? "";
        var last = name[(name.LastIndexOf(' ') + 1)..];
        var written = denial.Source?.Of(_text) ?? "";
        return last.Length > 2 && claim.Contents.Any(content => content.Of(_text) is var words
            && (words.Contains(last, StringComparison.OrdinalIgnoreCase) || (written.Length is > 2 and < 30 && words.Contains(written, StringComparison.OrdinalIgnoreCase))));
    }

    private static bool Accuses(Attribution claim) => claim.Stance is Stances.Claims or Stances.Accuses or Stances.Complains;

    private bool CanBeAnswered(Attribution claim, Attribution denial) =>
        claim.Stance is Stances.Claims or Stances.Accuses or Stances.Complains or Stances.Says or Stances.Believes or Stances.Suggests or Stances.Warns or Stances.Demands
        && Speaker(claim) != Speaker(denial);

    private string Speaker(Attribution attribution) => attribution.SourceKey.Length > 0 ? attribution.SourceKey : attribution.Source?.Of(_text).ToLowerInvariant() ?? "";

    private List<string> Words(Attribution attribution)
    {
        var words = new List<string>();
        foreach (var content in attribution.Contents)
        {
            var length = Math.Min(content.Length, 600);
            foreach (var word in _text.Substring(content.Start, length).ToLowerInvariant().Split([' ', '\n', ',', '.', ';', ':', '"', '“', '”', '’', '\'', '(', ')', '-', '?', '!'], StringSplitOptions.RemoveEmptyEntries))
            {
                words.Add(word);
            }
        }

        return words;
    }
}
