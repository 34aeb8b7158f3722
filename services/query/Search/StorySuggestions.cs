using System.Text;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Search;

/// <summary>Completes what is typed from titles, names and topics of published stories.</summary>
internal static class StorySuggestions
{
    private const int UsualSize = 10;
    private const int MaxSize = 50;

    // Longer beginnings are cut, as the entries are.
    private const int MaxKey = 40;

    /// <summary>Suggestions for what was typed.</summary>
    public static SuggestResponse Suggest(IndexReading reading, SuggestRequest request)
    {
        var response = new SuggestResponse();
        var size = request.PageSize == 0 ? UsualSize : Math.Min(request.PageSize, MaxSize);
        var key = SearchDocuments.KeyOf(request.Prefix);
        if (key.Length == 0)
        {
            return response;
        }

        // A space after a word ends it.
        key += char.IsWhiteSpace(request.Prefix[^1]) ? " " : "";
        var prefix = Encoding.UTF8.GetBytes(key.Length <= MaxKey ? key : key[..MaxKey]);
        var topics = Counted(reading, SearchField.TopicSuggestion, prefix, size);
        var names = Counted(reading, SearchField.EntitySuggestion, prefix, size);
        // Half the places are for titles, if there are so many.
        var titles = TitlesOf(reading, prefix, size);
        var others = Math.Max(size - titles.Count, (size + 1) / 2);
        foreach (var (text, count, kind) in topics.Select(topic => (topic.Text, topic.Count, SuggestionKind.Topic))
            .Concat(names.Select(name => (name.Text, name.Count, SuggestionKind.Entity)))
            .OrderByDescending(suggestion => suggestion.Count)
            .ThenBy(suggestion => suggestion.Text, StringComparer.Ordinal)
            .DistinctBy(suggestion => suggestion.Text.ToLowerInvariant())
            .Take(others))
        {
            response.Suggestions.Add(new Suggestion { Text = text, Kind = kind, Count = (int)Math.Min(count, int.MaxValue) });
        }

        response.Suggestions.Add(titles.Take(size - response.Suggestions.Count));
        return response;
    }

    private static List<(string Text, long Count)> Counted(IndexReading reading, string field, byte[] prefix, int size)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var segment in reading.Searcher.IndexReader.Leaves.Select(leaf => leaf.AtomicReader))
        {
            var table = SuggestionTable.Of(segment, field);
            // A text has an entry from each of its words on, and several may begin so: all of the same stories.
            var seen = new HashSet<string>(StringComparer.Ordinal);
            // What lies in several segments may be second in each and first in all.
            foreach (var entry in table.Heaviest(prefix, size * 2, entry => table.TermOf(entry) is var term && IsLive(segment, field, term) && seen.Add(TextOf(term))))
            {
                var text = TextOf(table.TermOf(entry));
                counts[text] = counts.GetValueOrDefault(text) + table.WeightOf(entry);
            }
        }

        return [.. counts.Select(pair => (pair.Key, pair.Value))];
    }

    // key, tab, whether the text begins here, text
    private static string TextOf(string term) => term[(term.IndexOf('\t', StringComparison.Ordinal) + 2)..];

    private static List<Suggestion> TitlesOf(IndexReading reading, byte[] prefix, int size)
    {
        var found = new List<(int Document, long Time)>();
        foreach (var leaf in reading.Searcher.IndexReader.Leaves)
        {
            var table = SuggestionTable.Of(leaf.AtomicReader, SearchField.TitleSuggestion);
            var live = leaf.AtomicReader.LiveDocs;
            foreach (var entry in table.Heaviest(prefix, size * 2, entry => live is null || live.Get(table.DocumentOf(entry))))
            {
                found.Add((table.DocumentOf(entry) + leaf.DocBase, table.WeightOf(entry)));
            }
        }

        var titles = new List<Suggestion>();
        // A word may stand twice in a title, and several stories may have the same.
        foreach (var (document, _) in found.DistinctBy(title => title.Document).OrderByDescending(title => title.Time).ThenBy(title => title.Document).Take(size))
        {
            var card = StoryCard.Read(reading.Searcher, document, highlighter: null);
            titles.Add(new Suggestion { Text = card.Title, Kind = SuggestionKind.Title, Story = card.Story, Count = 1 });
        }

        return titles;
    }

    /// <summary>True if a story that is not gone has the term.</summary>
    private static bool IsLive(AtomicReader segment, string field, string term)
    {
        if (segment.LiveDocs is not { } live)
        {
            return true;
        }

        var stories = segment.GetTermDocsEnum(new Term(field, term));
        while (stories is not null && stories.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
        {
            if (live.Get(stories.DocID))
            {
                return true;
            }
        }

        return false;
    }
}
