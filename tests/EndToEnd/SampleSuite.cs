using System.Text.Json;
using Broadsheet.Cli.Up;
using Broadsheet.Content.V1;

// Two cores run three services and the tests; suites beside each other would measure nothing but that.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Broadsheet.EndToEnd;

/// <summary>A suite with all samples loaded, shared by the tests that only read.</summary>
public sealed class SampleSuite : IAsyncLifetime
{
    public RunningSuite Suite { get; private set; } = null!;

    public IReadOnlyList<Story> Stories { get; private set; } = [];

    public static string Folder => Samples.Find() ?? throw new InvalidOperationException("no samples/");

    /// <summary>The labelled questions of a file.</summary>
    public static IReadOnlyList<LabelledStory> Labels(string file) =>
        JsonSerializer.Deserialize<List<LabelledStory>>(File.ReadAllText(Path.Combine(Folder, file)), JsonSerializerOptions.Web)!;

    public async ValueTask InitializeAsync()
    {
        // Spans on the console, so that a trace can be followed through the processes' logs.
        Suite = await RunningSuite.StartAsync(new() { ["Broadsheet__Telemetry__Console"] = "true" });
        await Samples.ImportAsync(Folder, Suite.Channel, _ => { }, CancellationToken.None);
        Stories = await Suite.AllStoriesAsync();
    }

    public ValueTask DisposeAsync() => Suite.DisposeAsync();
}

/// <summary>The labels of one sample story.</summary>
public sealed record LabelledStory(string File, IReadOnlyList<AnsweredQuestion> Answered, IReadOnlyList<UnansweredQuestion> Unanswered);

/// <summary>A question, every acceptable answer, words of a sentence that says so, and the trap beside it if there is one.</summary>
public sealed record AnsweredQuestion(string Question, IReadOnlyList<string> Answers, string SentenceContains, string? Trap);

/// <summary>A question that no story answers, and the number that looks like an answer.</summary>
public sealed record UnansweredQuestion(string Question, string? Trap);

/// <summary>The tests that share the suite with all samples.</summary>
[CollectionDefinition]
public sealed class SharedSamples : ICollectionFixture<SampleSuite>;
