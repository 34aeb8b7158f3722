using System.CommandLine;
using System.Diagnostics;
using DuckDB.NET.Data;

namespace Broadsheet.Benchmarks;

/// <summary>Writes a corpus of reading straight into the tables of an analytics service, at the speed of the engine's appender.</summary>
internal static class GenerateReading
{
    private const int EventsPerTransaction = 500_000;

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--folder") { Description = "Data folder of the analytics service, made anew.", Required = true };
        var events = new Option<long>("--events") { Description = "How many events, about.", DefaultValueFactory = _ => 10_000_000 };
        var days = new Option<int>("--days") { Description = "Over how many days.", DefaultValueFactory = _ => 30 };
        var end = new Option<DateTime?>("--end") { Description = "End, UTC; the beginning of this hour if not stated." };
        var command = new Command("analytics-generate", "Makes the data that reports are measured on.") { folder, events, days, end };
        command.SetAction((parsed, cancellationToken) => WriteAsync(
            parsed.GetRequiredValue(folder), new ReadingCorpus(parsed.GetValue(end) ?? ThisHour(), parsed.GetValue(days), parsed.GetValue(events)), cancellationToken));
        return command;
    }

    /// <summary>Path of the database in a data folder.</summary>
    public static string DatabaseIn(string folder) => Path.Combine(folder, "analytics.duckdb");

    /// <summary>Makes the data folder anew, with the corpus in it.</summary>
    public static async Task<int> WriteAsync(DirectoryInfo folder, ReadingCorpus corpus, CancellationToken cancellationToken)
    {
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }

        // The service makes its own tables.
        await using (var analytics = await Server.StartAnalyticsAsync(cancellationToken, folder.FullName))
        {
            await analytics.ReadyAsync(cancellationToken);
        }

        var begin = Stopwatch.GetTimestamp();
        using var database = new DuckDBConnection($"Data Source={DatabaseIn(folder.FullName)};memory_limit=1GB");
        database.Open();
        WriteStories(database, corpus);
        var count = 0L;
        foreach (var some in corpus.Events().Chunk(EventsPerTransaction))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Append(database, some);
            count += some.Length;
            Console.WriteLine($"{count,12:N0} events, {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s");
        }

        Execute(database, "checkpoint");
        Console.WriteLine($"{new FileInfo(DatabaseIn(folder.FullName)).Length / 1_048_576:N0} MiB in {folder.FullName}, from {corpus.Begin:u}");
        return 0;
    }

    private static DateTime ThisHour()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return now.Date.AddHours(now.Hour);
    }

    private static void WriteStories(DuckDBConnection database, ReadingCorpus corpus)
    {
        using var transaction = database.BeginTransaction();
        using (var stories = database.CreateAppender("stories"))
        {
            foreach (var story in corpus.Stories)
            {
                stories.CreateRow().AppendValue(story.Name).AppendValue(story.Title).AppendValue(story.Community).AppendValue(story.Creator)
                    .AppendValue(true).AppendValue(story.Revisions.Length).AppendValue(story.Revisions[0]).AppendValue(story.Revisions[0]).AppendValue(1L).EndRow();
            }
        }

        using (var revisions = database.CreateAppender("story_revisions"))
        {
            foreach (var story in corpus.Stories)
            {
                foreach (var (shown, i) in story.Revisions.Select((shown, i) => (shown, i)))
                {
                    // A revision has a section more than the last.
                    revisions.CreateRow().AppendValue(story.Name).AppendValue(i + 1).AppendValue(shown)
                        .AppendValue(story.Sections[..(story.Sections.Length - story.Revisions.Length + 1 + i)]).AppendValue((double)story.ReadingSeconds).EndRow();
                }
            }
        }

        var random = new Random(1);
        using (var comments = database.CreateAppender("comments"))
        {
            for (var i = 0; i < 20_000; i++)
            {
                var story = corpus.Stories[random.Next(corpus.Stories.Count)];
                comments.CreateRow().AppendValue($"{story.Name}/comments/c-{i}").AppendValue(story.Name).AppendValue($"readers/r-{random.Next(50_000)}")
                    .AppendValue(corpus.Begin.AddDays(random.NextDouble() * 30)).EndRow();
            }
        }

        using (var insights = database.CreateAppender("insights"))
        {
            for (var i = 0; i < 30_000; i++)
            {
                var at = corpus.Begin.AddDays(random.NextDouble() * 30);
                insights.CreateRow().AppendValue(corpus.Stories[i % corpus.Stories.Count].Name).AppendValue($"readers/r-{i}").AppendValue((byte)random.Next(1, 4))
                    .AppendValue(new byte[] { (byte)random.Next(1, 5), (byte)random.Next(5, 9) }.ToList()).AppendValue(1).AppendValue(at).AppendValue(at).EndRow();
            }
        }

        transaction.Commit();
    }

    private static void Append(DuckDBConnection database, CorpusEvent[] events)
    {
        using var transaction = database.BeginTransaction();
        using (var table = database.CreateAppender("events"))
        {
            foreach (var one in events)
            {
                var row = table.CreateRow().AppendValue(one.Id).AppendValue(one.At.AddMilliseconds(300)).AppendValue(one.At).AppendValue(one.Kind).AppendValue(one.Story.Name)
                    .AppendValue(0).AppendValue(one.Visit).AppendValue(one.Reader).AppendValue(one.Visitor).AppendValue(one.ReferrerHost)
                    .AppendValue(one.Kind == 1 ? $"/{one.Story.Name}" : null).AppendValue(one.Source).AppendValue(one.Medium).AppendValue(one.Campaign)
                    .AppendNullValue().AppendNullValue().AppendValue(one.Device).AppendValue(one.Engaged);
                row = one.Kind == 2 ? row.AppendValue(one.Story.Sections[..one.Seen]) : row.AppendNullValue();
                row.AppendValue(one.Name).AppendNullValue().AppendNullValue().AppendValue(one.Channel).AppendValue(false).EndRow();
            }
        }

        transaction.Commit();
    }

    private static void Execute(DuckDBConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
