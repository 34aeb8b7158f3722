using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>Finds the stretch of a sentence that answers, by the kind of thing that is asked for.</summary>
internal static partial class AnswerSpans
{
    private static readonly SearchValues<char> Punctuation = SearchValues.Create(",;:.()");

    /// <summary>The stretch that fits best; null if the sentence has none of the kind.</summary>
    public static Span? Best(Question question, SentenceMatch match)
    {
        var spans = question.Type switch
        {
            AnswerType.Date => Dates(question, match),
            AnswerType.Person => question.Role.Length > 0 ? Holders(question, match) : Actors(question, match),
            AnswerType.Count => Counts(question, match),
            AnswerType.Measure => Measures(question, match),
            AnswerType.Place => Locations(match),
            AnswerType.Definition => Definitions(match),
            AnswerType.Thing => Things(question, match),
            _ => Statements(question, match),
        };
        Span? best = null;
        foreach (var span in spans)
        {
            if (best is null || span.Fit > best.Value.Fit)
            {
                best = span;
            }
        }

        return best;
    }

    private static IEnumerable<Span> Dates(Question question, SentenceMatch match)
    {
        foreach (var time in match.Apart.Times)
        {
            if (!ReadSentence.IsDate(time) || question.Years.Contains(time.From.Year))
            {
                continue;
            }

            var key = time.Precision is Precision.Day or Precision.Month ? $"{time.From.Year}" : time.Value;
            yield return new Span(time.Start, time.End, time.From.Year == 0 ? time.Value : key, Nearness(match, time.Start, time.End));
        }
    }

    /// <summary>Who holds an office: "President X", "X, the captain of Y", "X was elected its president".</summary>
    private static IEnumerable<Span> Holders(Question question, SentenceMatch match)
    {
        var entities = People(match);
        foreach (var at in match.Relation)
        {
            var role = match.Words[at];
            // The office's own word of belonging decides: "Russian President" is nobody else's president.
            var belongs = at > 0 ? Countries.OfDemonym(match.Words[at - 1].Text) : null;
            var asked = question.Names.Count > 0 ? string.Join(' ', question.Names[0]) : "";
            if (belongs is not null && question.Names.Count > 0)
            {
                if (!SameName(belongs, asked))
                {
                    continue;
                }
            }
            else if (!match.HasNames && OwnerBehind(match, role.End) is { } owner && question.Names.Count > 0 && !question.Names[0].Contains(Stems.Of(owner.Split(' ')[^1])))
            {
                continue;
            }

            foreach (var entity in entities)
            {
                var (start, text) = WithoutOffice(entity, question.Role);
                // An office inside a name ("Attorney General Roe") says nothing of who holds which.
                var isInside = entity.Start < role.End && role.Start < entity.End && start < role.End;
                if (text.Length == 0 || isInside || IsNamed(question, text))
                {
                    continue;
                }

                var distance = start >= role.End ? match.Words.Count(word => word.Start >= role.End && word.End <= start) : match.Words.Count(word => word.Start >= entity.End && word.End <= role.Start);
                // Behind the office at once ("President X"), or before it with a copula or comma between.
                var fit = start >= role.End && distance == 0 ? 1.1
                    : start < role.Start && distance <= 6 && !NewSubject().IsMatch(match.Text.AsSpan(entity.End, role.Start - entity.End)) ? 1 - (0.03 * distance)
                    : start >= role.End && distance <= 14 && Copula().IsMatch(match.Text.AsSpan(role.End, start - role.End)) ? 0.95 - (0.01 * distance)
                    : 0;
                if (fit > 0)
                {
                    yield return new Span(start, entity.End, text, Math.Min(fit, 1));
                }
            }
        }
    }

    /// <summary>Who did something: the subject of the verb, or the one behind "by".</summary>
    private static IEnumerable<Span> Actors(Question question, SentenceMatch match)
    {
        var entities = Joined(match.Text, People(match));
        foreach (var entity in entities)
        {
            if (IsNamed(question, entity.Text) || (entity.Type is "LOC" && match.Relation.Count > 0))
            {
                continue;
            }

            if (match.Relation.Count == 0)
            {
                yield return new Span(entity.Start, entity.End, entity.Text, 0.8);
                continue;
            }

            var best = 0.0;
            foreach (var at in match.Relation)
            {
                var verb = match.Words[at];
                if (entity.Start < verb.End && verb.Start < entity.End)
                {
                    // The word is part of a name ("the Open University").
                    continue;
                }

                if (entity.Start >= verb.End)
                {
                    var between = match.Text.AsSpan(verb.End, entity.Start - verb.End);
                    var near = Focus(question, match, verb.Start, entity.End);
                    best = Math.Max(best, between.Contains(" by ", StringComparison.Ordinal) && between.Length <= 45 ? 1 : with(between) ? 0.9 : between.Length <= 3 ? 0.4 : question.Verb is "treat" or "bear" && near ? 0.7 : 0.3);
                }
                else
                {
                    var between = match.Text.AsSpan(entity.End, verb.Start - entity.End);
                    var passive = Passive().IsMatch(between) && match.Text.AsSpan(verb.End).TrimStart().StartsWith("by ", StringComparison.Ordinal);
                    var distance = match.Words.Count(word => word.Start >= entity.End && word.End <= verb.Start);
                    var person = entity.Type == "PER" ? 0.05 : 0;
                    var aside = Preposition().IsMatch(match.Text.AsSpan(0, entity.Start)) ? 0.3 : 0;
                    best = Math.Max(best, passive ? 0.2 : -aside + (CrossesClause(match.Text, entity.End, verb.Start) ? 0.55 - (0.02 * distance) : 0.95 + person - (0.03 * distance)));
                }

                static bool with(ReadOnlySpan<char> between) => between.Contains(" with ", StringComparison.Ordinal);
            }

            // Of several who did something each, the one beside what was asked about.
            best -= 0.01 * DistanceToShared(match, entity.Start, entity.End);
            if (best > 0)
            {
                yield return new Span(entity.Start, entity.End, entity.Text, Math.Min(best, 1));
            }
        }
    }

    private static IEnumerable<Span> Counts(Question question, SentenceMatch match)
    {
        var times = match.Apart.Times.FindAll(ReadSentence.IsDate);
        for (var i = 0; i < match.Words.Count; i++)
        {
            var word = match.Words[i];
            bool IsDate(Word number) => times.Exists(time => number.Start < time.End && time.Start < number.End);
            if (!Numbers.TryRead(word.Text, out var value) || IsDate(word) || (i > 0 && Numbers.TryRead(match.Words[i - 1].Text, out _) && !IsDate(match.Words[i - 1])))
            {
                continue;
            }

            var last = i;
            while (last + 1 < match.Words.Count && Numbers.TryRead(match.Words[last + 1].Text, out _))
            {
                last++;
            }

            // The noun behind the number must be what is counted: at once, or after an adjective.
            var units = 0;
            for (var j = last + 1; j < match.Words.Count && j <= last + 3 && !Boundary(match.Text, match.Words[j - 1].End, match.Words[j].Start); j++)
            {
                units += question.Unit.Contains(match.Words[j].Sense) ? 1 : 0;
                if (match.Words[j].Text.ToLowerInvariant() is "and" or "in" or "to" or "by" or "from" or "was" or "were" or "is" or "are" or "with")
                {
                    break;
                }
            }

            if (units == 0)
            {
                continue;
            }

            var fit = match.Relation.Count == 0 ? 0.95 : Nearness(match, word.Start, match.Words[last].End);
            // "9 towns" is less than "41 member towns" to one who asks for member towns.
            fit *= 0.7 + (0.3 * Math.Min(units, question.Unit.Count) / question.Unit.Count);
            yield return new Span(word.Start, match.Words[last].End, value.ToString(CultureInfo.InvariantCulture) + (last > i ? $"x{last - i}" : ""), fit);
        }
    }

    private static IEnumerable<Span> Measures(Question question, SentenceMatch match)
    {
        var pattern = question.Unit.Contains("$") ? Money() : Quantity();
        foreach (Match found in pattern.Matches(match.Text))
        {
            yield return new Span(found.Index, found.Index + found.Length, found.Value, Nearness(match, found.Index, found.Index + found.Length));
        }
    }

    private static IEnumerable<Span> Locations(SentenceMatch match)
    {
        foreach (var entity in match.Apart.Names)
        {
            if (match.Words.Index().Any(pair => pair.Item.Start >= entity.Start && pair.Item.End <= entity.End && match.Shared.Contains(pair.Index)))
            {
                continue;
            }

            var before = match.Text.AsSpan(0, entity.Start).TrimEnd();
            var there = before.EndsWith(" in", StringComparison.OrdinalIgnoreCase) || before.EndsWith(" at", StringComparison.OrdinalIgnoreCase) || before.EndsWith(" near", StringComparison.Ordinal)
                || before.EndsWith(" off", StringComparison.Ordinal) || before.EndsWith(" from", StringComparison.Ordinal) || before.EndsWith(" in the", StringComparison.Ordinal) || before.EndsWith(" at the", StringComparison.Ordinal)
                || before.Equals("In", StringComparison.Ordinal) || before.Equals("At", StringComparison.Ordinal);
            if (there || entity.Type == "LOC")
            {
                yield return new Span(entity.Start, entity.End, entity.Text, (there ? 1 : 0.7) * Nearness(match, entity.Start, entity.End));
            }
        }
    }

    /// <summary>"X is a …": what stands behind the copula, if X itself is the subject.</summary>
    private static IEnumerable<Span> Definitions(SentenceMatch match)
    {
        if (!match.HasNames && match.Shared.Count == 0)
        {
            yield break;
        }

        foreach (Match copula in IsA().Matches(match.Text))
        {
            var subject = match.Words.Index().Where(pair => pair.Item.End <= copula.Index).ToArray();
            if (subject.Length is > 0 and <= 10 && subject.Any(pair => match.Shared.Contains(pair.Index)) && !CrossesClause(match.Text, subject[0].Item.Start, copula.Index))
            {
                var start = copula.Groups["what"].Index;
                yield return new Span(start, ClauseEnd(match.Text, start), match.Text[start..ClauseEnd(match.Text, start)], 0.95);
            }
        }
    }

    /// <summary>What stands behind the verb that was asked with, or behind "is" after the noun that was asked for.</summary>
    private static IEnumerable<Span> Things(Question question, SentenceMatch match)
    {
        var anchors = match.Relation.Count > 0
            ? match.Relation
            : [.. match.Words.Index().Where(pair => question.Terms.Contains(pair.Item.Sense)).Select(pair => pair.Index)];
        foreach (var at in anchors)
        {
            var from = match.Words[at].End;
            if (match.Relation.Count == 0)
            {
                if (Predicate().Match(match.Text, from, match.Text.Length - from) is not { Success: true } copula || copula.Index - from > 40)
                {
                    continue;
                }

                from = copula.Index + copula.Length;
            }

            var start = from;
            while (start < match.Text.Length && (char.IsWhiteSpace(match.Text[start]) || match.Text[start] is ',' or '"' or '“'))
            {
                start++;
            }

            // "stand on": the preposition belongs to the question.
            var leading = LeadingPreposition().Match(match.Text, start, match.Text.Length - start);
            start += leading.Success && leading.Index == start ? leading.Length : 0;
            var end = ClauseEnd(match.Text, start);
            if (end > start)
            {
                yield return new Span(start, end, match.Text[start..end], question.Terms.Count(term => match.Words.Exists(word => word.Sense == term)) >= Math.Max(1, question.Terms.Count - 1) ? 0.9 : 0.7);
            }
        }
    }

    private static IEnumerable<Span> Statements(Question question, SentenceMatch match)
    {
        var said = question.Terms.Count == 0 ? 1 : (double)question.Terms.Count(term => match.Words.Exists(word => word.Sense == term)) / question.Terms.Count;
        if (said >= 0.6)
        {
            yield return new Span(0, match.Text.Length, match.Text, 0.75 + (0.2 * said));
        }
    }

    /// <summary>1 beside the words that say what was asked, less farther away or in another clause.</summary>
    private static double Nearness(SentenceMatch match, int start, int end)
    {
        var anchors = match.Relation.Count > 0 ? match.Relation : [.. match.Shared];
        if (anchors.Count == 0)
        {
            return 0.9;
        }

        var best = 0.0;
        foreach (var at in anchors)
        {
            var word = match.Words[at];
            var (from, to) = word.Start < start ? (word.End, start) : (end, word.Start);
            var distance = match.Words.Count(between => between.Start >= from && between.End <= to);
            var fit = 1 - (0.02 * distance) - (to > from && CrossesClause(match.Text, from, to) ? 0.25 : 0) - (word.Start > start ? 0.02 : 0);
            best = Math.Max(best, fit);
        }

        return Math.Clamp(best, 0, 1);
    }

    private static int DistanceToShared(SentenceMatch match, int start, int end)
    {
        var least = int.MaxValue;
        foreach (var at in match.Shared.Where(at => !match.Relation.Contains(at)))
        {
            var word = match.Words[at];
            var (from, to) = word.Start < start ? (word.End, start) : (end, word.Start);
            least = Math.Min(least, match.Words.Count(between => between.Start >= from && between.End <= to));
        }

        return least == int.MaxValue ? 0 : least;
    }

    private static bool Focus(Question question, SentenceMatch match, int from, int to) =>
        match.Words.Exists(word => word.Start >= from && word.End <= to && question.Terms.Contains(word.Sense));

    // People and organisations; a place can be neither unless it acts ("the U.S. Coast Guard" is none).
    private static List<Entity> People(SentenceMatch match) =>
        [.. match.Apart.Names.Where(entity => !entity.Text.Split(' ').All(word => Countries.OfDemonym(word) is not null))];

    /// <summary>"Fleming, Florey and Chain": names in a row are one answer to who shared something.</summary>
    private static List<Entity> Joined(string text, List<Entity> entities)
    {
        var joined = new List<Entity>();
        foreach (var entity in entities)
        {
            if (joined.Count > 0 && text.AsSpan(joined[^1].End, entity.Start - joined[^1].End).Trim() is "," or "and" or ", and" or "&" && joined[^1].Type == entity.Type)
            {
                joined[^1] = new Entity(joined[^1].Start, entity.End, text[joined[^1].Start..entity.End], entity.Type);
            }
            else
            {
                joined.Add(entity);
            }
        }

        return joined;
    }

    private static bool IsNamed(Question question, string text)
    {
        var senses = Word.Split(text).Select(word => word.Sense).ToArray();
        return question.Names.Any(name => name.Count(senses.Contains) >= Math.Max(2, name.Length))
            || senses.All(sense => sense == "and" || question.Terms.Contains(sense) || question.Names.Any(name => name.Contains(sense)));
    }

    private static (int Start, string Text) WithoutOffice(Entity entity, string role)
    {
        var start = entity.Start;
        var text = entity.Text;
        while (text.IndexOf(' ') is var space && space > 0 && (Stems.Of(text[..space]) == role || Entities.IsTitle(text[..space]) || Countries.OfDemonym(text[..space]) is not null))
        {
            start += space + 1;
            text = text[(space + 1)..];
        }

        return Stems.Of(text) == role ? (start, "") : (start, text);
    }

    // "Captain X of the Carpathia": whose captain he is.
    private static string? OwnerBehind(SentenceMatch match, int from) =>
        OfName().Match(match.Text, from, Math.Min(60, match.Text.Length - from)) is { Success: true } owner ? owner.Groups["owner"].Value : null;

    private static bool SameName(string country, string asked) =>
        string.Join(' ', Word.Split(country).Select(word => word.Sense)) == asked || string.Join(' ', Word.Split(Countries.Usual(asked)).Select(word => word.Sense)) == string.Join(' ', Word.Split(country).Select(word => word.Sense));

    private static bool CrossesClause(string text, int from, int to) =>
        to > from && ClauseBreak().IsMatch(text.AsSpan(from, to - from));

    private static bool Boundary(string text, int from, int to) => text.AsSpan(from, to - from).ContainsAny(Punctuation);

    private static int ClauseEnd(string text, int start)
    {
        var end = text.AsSpan(start).IndexOfAny(";.?!");
        var comma = text.IndexOf(", ", start, StringComparison.Ordinal);
        var to = end < 0 ? text.Length : start + end;
        to = comma > start + 3 && comma < to ? comma : to;
        return to;
    }

    [GeneratedRegex(@";|, (?:and|but|or|while|although|though|which|who|so|then|it|he|she|they|the) |\band (?:he|she|it|they|was|were|is|are|has|had|then|came|went)\b| but | while | although | because ", RegexOptions.CultureInvariant)]
    private static partial Regex ClauseBreak();

    [GeneratedRegex(@";|, (?:and|but) | while | although ", RegexOptions.CultureInvariant)]
    private static partial Regex NewSubject();

    [GeneratedRegex(@"\b(is|was|are|were|has been|had been|named|elected|became|as)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Copula();

    [GeneratedRegex(@"\b(is|was|are|were|been|be|being)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Passive();

    [GeneratedRegex(@"\b(?:is|was|are|were) (?<what>(?:a|an|the|one of|about)\b)", RegexOptions.CultureInvariant)]
    private static partial Regex IsA();

    [GeneratedRegex(@"\b(?:is|was|are|were)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Predicate();

    [GeneratedRegex(@"\G(?:on|in|at|to|with|by|from|of|into|as) ", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingPreposition();

    [GeneratedRegex(@"(?:^|[ ,])(?:[Aa]t|[Ii]n|[Ff]rom|[Oo]f|[Ww]ith|[Nn]ear|[Oo]n|[Ff]or) (?:the |a )?$", RegexOptions.CultureInvariant)]
    private static partial Regex Preposition();

    [GeneratedRegex(@"\bof (?:the )?(?<owner>\p{Lu}\p{L}*(?: \p{Lu}\p{L}*)*)", RegexOptions.CultureInvariant)]
    private static partial Regex OfName();

    [GeneratedRegex(@"(?:[$£€]\s?\d[\d,.]*\d?(?: (?:million|billion|thousand))?|\b(?:\d[\d,.]*|\w+) (?:(?:million|billion|thousand) )?(?:dollars|pounds|euros|francs|shillings|cents)\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Money();

    [GeneratedRegex(@"\b(?:\d[\d,.]*\d|\d|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty)(?: (?:hundred|thousand|million|billion))? (?:metres|meters|kilometres|kilometers|miles|nautical miles|feet|inches|centimetres|kilograms|grams|tonnes|tons|pounds|years|months|weeks|days|hours|minutes|seconds|degrees|litres|knots|words|volts|percent|per cent)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Quantity();
}
