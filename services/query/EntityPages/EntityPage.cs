using Broadsheet.Hosting.Errors;
using Broadsheet.Query.Claims;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.Timeline;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.EntityPages;

/// <summary>All that the index knows of one entity.</summary>
internal static class EntityPage
{
    private const int MostStories = 10;
    private const int MostCoMentions = 20;
    private const int MostAliases = 50;
    private const int MostAliasesRead = 2_000;
    private const int MostEvents = 20;
    private const int MostNames = 4;
    private const int MostClaims = 10;
    private const int MostFigures = 20;
    private const int MostMeanings = 10;

    /// <summary>Reads an entity.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_NOT_FOUND.</exception>
    public static V1.Entity Get(IndexReading reading, string name)
    {
        var catalog = EntityCatalog.Of(reading);
        var entity = catalog.Find(EntityId.FromName(name)) ?? throw RpcError.NotFound(name);
        var ids = catalog.IdsOf(entity);
        var summary = catalog.Summary(entity);
        var page = new V1.Entity { Name = summary.Name, DisplayName = summary.DisplayName, Type = summary.Type, StoryCount = summary.StoryCount };
        page.Aliases.Add(Aliases(reading.Searcher.IndexReader, ids, page.DisplayName, catalog.AcronymsOf(entity).ToHashSet(StringComparer.Ordinal)));
        AddStories(reading, catalog, entity, ids, page);
        var (by, byCount) = ClaimSearch.By(reading, ids, MostClaims);
        var (about, aboutCount) = ClaimSearch.About(reading, ids, MostClaims);
        var (figures, figureCount) = FigureSearch.About(reading, ids, MostFigures);
        page.ClaimsBy.Add(by);
        page.ClaimsAbout.Add(about);
        page.Figures.Add(figures);
        (page.ClaimsByCount, page.ClaimsAboutCount, page.FigureCount) = (byCount, aboutCount, figureCount);
        page.DatedEvents.Add(DatedEvents(reading, ids, page.DisplayName));
        page.CanMean.Add(catalog.MeaningsOf(entity).Take(MostMeanings).Select(meaning => catalog.Summary(meaning)));
        return page;
    }

    // Its stories and what else they mention, from postings and doc values alone; then the few stories that are shown.
    private static void AddStories(IndexReading reading, EntityCatalog catalog, int entity, IReadOnlyList<string> ids, V1.Entity page)
    {
        var best = new List<(bool InTitle, int Mentions, long Published, string Name, int Document)>();
        var shared = new Dictionary<int, (int Stories, int Mentions)>();
        var counts = new BytesRef();
        var name = new BytesRef();
        foreach (var leaf in reading.Searcher.IndexReader.Leaves)
        {
            var segment = leaf.AtomicReader;
            var terms = EntitySegment.Of(segment).Terms;
            var mentions = Frequencies(segment, EntityField.Id, ids);
            var titles = Frequencies(segment, EntityField.InTitle, ids);
            var entities = segment.GetSortedSetDocValues(EntityField.Entity);
            var published = segment.GetNumericDocValues(IndexField.PublishTime);
            var names = segment.GetSortedDocValues(IndexField.Name);
            var mentionCounts = segment.GetBinaryDocValues(EntityField.Mentions);
            var others = new Dictionary<int, int>();
            foreach (var (document, count) in mentions)
            {
                names.Get(document, name);
                best.Add((titles.ContainsKey(document), count, published.Get(document), name.Utf8ToString(), leaf.DocBase + document));
                others.Clear();
                entities.SetDocument(document);
                mentionCounts.Get(document, counts);
                var place = counts.Offset;
                for (var ord = entities.NextOrd(); ord != SortedSetDocValues.NO_MORE_ORDS; ord = entities.NextOrd())
                {
                    var target = catalog.TargetOf(terms[ord]);
                    others[target] = others.GetValueOrDefault(target) + counts.Bytes[place++];
                }

                others.Remove(entity);
                foreach (var (other, times) in others)
                {
                    var (stories, all) = shared.GetValueOrDefault(other);
                    shared[other] = (stories + 1, all + times);
                }
            }
        }

        page.StoryCount = best.Count;
        var top = best.OrderByDescending(story => story.InTitle).ThenByDescending(story => story.Mentions).ThenByDescending(story => story.Published).ThenBy(story => story.Name, StringComparer.Ordinal);
        foreach (var (inTitle, count, _, _, document) in top.Take(MostStories))
        {
            var story = StoredStory.Read(reading.Searcher, document);
            page.Stories.Add(new EntityStory
            {
                Story = story.Name,
                Title = story.Title,
                PublishTime = story.PublishTime,
                MentionCount = count,
                InTitle = inTitle,
                Why = $"{(inTitle ? "in the title, " : "")}{count} {(count == 1 ? "mention" : "mentions")}",
            });
        }

        page.CoMentions.Add(shared
            .OrderByDescending(other => other.Value.Stories).ThenByDescending(other => other.Value.Mentions).ThenBy(other => EntityTerm.IdOf(other.Key), StringComparer.Ordinal)
            .Take(MostCoMentions)
            .Select(other => new CoMention { Entity = catalog.Summary(other.Key), SharedStoryCount = other.Value.Stories }));
    }

    private static Dictionary<int, int> Frequencies(AtomicReader segment, string field, IReadOnlyList<string> ids)
    {
        var found = new Dictionary<int, int>();
        var terms = segment.GetTerms(field)?.GetEnumerator();
        foreach (var id in ids)
        {
            if (terms is null || !terms.SeekExact(new BytesRef(id)))
            {
                continue;
            }

            var documents = terms.Docs(segment.LiveDocs, null, DocsFlags.FREQS);
            while (documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
            {
                found[documents.DocID] = found.GetValueOrDefault(documents.DocID) + documents.Freq;
            }
        }

        return found;
    }

    private static IEnumerable<EntityAlias> Aliases(IndexReader reader, IReadOnlyList<string> ids, string displayName, HashSet<string> acronyms)
    {
        var stories = new Dictionary<string, int>(StringComparer.Ordinal);
        var read = 0;
        foreach (var segment in reader.Leaves.Select(leaf => leaf.AtomicReader))
        {
            foreach (var id in ids)
            {
                var prefix = new BytesRef(id + "\t");
                var terms = segment.GetTerms(EntityField.Alias)?.GetEnumerator();
                var status = terms?.SeekCeil(prefix) ?? TermsEnum.SeekStatus.END;
                while (terms is not null && status != TermsEnum.SeekStatus.END && StringHelper.StartsWith(terms.Term, prefix) && read++ < MostAliasesRead)
                {
                    var alias = terms.Term.Utf8ToString()[(id.Length + 1)..];
                    var documents = terms.Docs(segment.LiveDocs, null, DocsFlags.NONE);
                    while (documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
                    {
                        stories[alias] = stories.GetValueOrDefault(alias) + 1;
                    }

                    status = terms.MoveNext() ? TermsEnum.SeekStatus.FOUND : TermsEnum.SeekStatus.END;
                }
            }
        }

        return stories
            .OrderByDescending(alias => alias.Value).ThenBy(alias => alias.Key, StringComparer.Ordinal)
            .Take(MostAliases)
            .Select(alias => new EntityAlias { Text = alias.Key, Kind = KindOf(alias.Key, displayName, acronyms), StoryCount = alias.Value });
    }

    private static AliasKind KindOf(string alias, string displayName, HashSet<string> acronyms)
    {
        if (alias == displayName)
        {
            return AliasKind.Full;
        }

        var (key, full) = (EntityKeys.Plain(alias), EntityKeys.Plain(displayName));
        return key == full ? AliasKind.Spelling
            : EntityKeys.IsAcronym(alias) || acronyms.Contains(EntityId.Of(key)) ? AliasKind.Acronym
            : $"-{full}-".Contains($"-{key}-", StringComparison.Ordinal) ? AliasKind.Short
            : AliasKind.Unspecified;
    }

    // The rows of the timeline, by each id that was joined; an id that hides its key is asked for by its name.
    private static IEnumerable<DatedEvent> DatedEvents(IndexReading reading, IReadOnlyList<string> ids, string displayName) => ids
        .Take(MostNames)
        .Select(id => id.Contains("--", StringComparison.Ordinal) ? displayName : $"{EntityId.Collection}/{id}")
        .SelectMany(name => DatedEventSearch.List(reading, new ListDatedEventsRequest { Entity = name, PageSize = MostEvents }).Events)
        .DistinctBy(dated => (dated.Sources[0], dated.Date, dated.Precision))
        .OrderBy(dated => DateKey.Begin(dated.Date))
        .Take(MostEvents);
}
