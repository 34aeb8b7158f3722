using System.Globalization;

namespace Broadsheet.Cli.Evaluation;

/// <summary>Where the right sentence stands among those that were ranked, over many questions.</summary>
internal sealed class RankScore
{
    private readonly List<int> _ranks = [];

    /// <summary>Counts a question; the rank begins at 0, -1 = not found.</summary>
    public void Add(int rank) => _ranks.Add(rank);

    /// <summary>Share with the right one first.</summary>
    public double Recall1 => Share(rank => rank == 0);

    /// <summary>Share with the right one among five.</summary>
    public double Recall5 => Share(rank => rank is >= 0 and < 5);

    /// <summary>Mean reciprocal rank.</summary>
    public double Mrr => _ranks.Count == 0 ? 0 : _ranks.Average(rank => rank < 0 ? 0 : 1.0 / (rank + 1));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"R@1 {Recall1:0.000}   R@5 {Recall5:0.000}   MRR {Mrr:0.000}");

    private double Share(Func<int, bool> which) => _ranks.Count == 0 ? 0 : (double)_ranks.Count(which) / _ranks.Count;
}

/// <summary>How often answers were right, and how well their confidence says so.</summary>
internal sealed class AnswerScore
{
    private const int Bins = 10;

    private readonly List<(double Confidence, bool Right)> _answers = [];

    /// <summary>How many questions were asked.</summary>
    public int Asked { get; private set; }

    /// <summary>Share of questions answered with the right sentence.</summary>
    public double Right => (double)_answers.Count(answer => answer.Right) / Math.Max(1, Asked);

    /// <summary>Share of questions answered with another sentence.</summary>
    public double Wrong => (double)_answers.Count(answer => !answer.Right) / Math.Max(1, Asked);

    /// <summary>Share of questions answered.</summary>
    public double Answered => (double)_answers.Count / Math.Max(1, Asked);

    /// <summary>Mean square of the distance between confidence and what is so (Brier).</summary>
    public double Brier => _answers.Count == 0 ? 0 : _answers.Average(answer => Math.Pow(answer.Confidence - (answer.Right ? 1 : 0), 2));

    /// <summary>Mean distance between the confidence of a tenth and the share that is right in it, by how many are in it (ECE).</summary>
    public double CalibrationError => Tenths.Sum(bin => bin.Count * Math.Abs(bin.Confidence - bin.Right)) / Math.Max(1, _answers.Count);

    /// <summary>Answers by tenths of confidence: how many, how sure on average, how many right.</summary>
    public IReadOnlyList<(int Count, double Confidence, double Right)> Tenths =>
    [
        .. _answers.GroupBy(answer => Math.Min(Bins - 1, (int)(answer.Confidence * Bins))).OrderBy(bin => bin.Key)
            .Select(bin => (bin.Count(), bin.Average(answer => answer.Confidence), bin.Average(answer => answer.Right ? 1.0 : 0))),
    ];

    /// <summary>Counts a question and its answer; null confidence = refused.</summary>
    public void Add(double? confidence, bool right)
    {
        Asked++;
        if (confidence is { } sure)
        {
            _answers.Add((sure, right));
        }
    }
}
