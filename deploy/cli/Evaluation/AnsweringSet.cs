using System.IO.Compression;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// Questions with the sentence that answers each, as squad-sentences is kept in the shared folder: line n of one file
/// belongs to line n of the other, sentences stand in the order of their articles.
/// </summary>
/// <param name="Sentences">The distinct sentences.</param>
/// <param name="Questions">Questions with the number of their sentence.</param>
internal sealed record AnsweringSet(IReadOnlyList<string> Sentences, IReadOnlyList<(string Text, int Sentence)> Questions)
{
    /// <summary>Name of the folder in <c>shared/eval</c>.</summary>
    public const string Folder = "squad-sentences";

    /// <summary>Sentences of a paragraph. The set does not say where its paragraphs end; on average they have so many.</summary>
    public const int ParagraphLength = 5;

    /// <summary>So many paragraphs on, it is another article.</summary>
    public const int ArticleLength = 50;

    /// <summary>How many paragraphs questions are asked over.</summary>
    public const int OpenParagraphs = 240;

    /// <summary>How many paragraphs there are.</summary>
    public int Paragraphs => (Sentences.Count + ParagraphLength - 1) / ParagraphLength;

    /// <summary>Reads the set.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="InvalidDataException">The files do not belong together.</exception>
    public static AnsweringSet Read(string folder)
    {
        var (sentences, questions) = (Lines(Path.Combine(folder, "src-test.txt.gz")), Lines(Path.Combine(folder, "tgt-test.txt.gz")));
        if (sentences.Count != questions.Count)
        {
            throw new InvalidDataException($"{sentences.Count} sentences for {questions.Count} questions");
        }

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var sentence in sentences)
        {
            numbers.TryAdd(sentence, numbers.Count);
        }

        return new AnsweringSet([.. numbers.Keys], [.. questions.Zip(sentences, (question, sentence) => (question, numbers[sentence]))]);
    }

    /// <summary>The sentences of a paragraph.</summary>
    public IEnumerable<int> SentencesOf(int paragraph) =>
        Enumerable.Range(paragraph * ParagraphLength, Math.Min(ParagraphLength, Sentences.Count - (paragraph * ParagraphLength)));

    /// <summary>True for the paragraphs, spread evenly, that questions are asked over.</summary>
    public bool IsOpen(int paragraph) => paragraph * OpenParagraphs / Paragraphs != (paragraph - 1) * OpenParagraphs / Paragraphs || paragraph == 0;

    /// <summary>The part of the set that a paragraph stands in: its own article and the two beside are in this part or the next to it.</summary>
    public static int PartOf(int paragraph) => paragraph / ArticleLength;

    /// <summary>The set as one to be ranked, each sentence a text.</summary>
    public RankingSet ToRanking() => new(
        [.. Sentences.Select((sentence, i) => new RankingText($"{i}", "", [sentence]))],
        [.. Questions.Select((question, i) => ($"{i}", question.Text))],
        Questions.Index().ToDictionary(question => $"{question.Index}", question => new HashSet<string>([$"{question.Item.Sentence}"]), StringComparer.Ordinal));

    private static List<string> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Trim() is { Length: > 0 } text)
            {
                lines.Add(text);
            }
        }

        return lines;
    }
}
