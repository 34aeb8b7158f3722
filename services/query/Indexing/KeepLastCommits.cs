using Lucene.Net.Index;

namespace Broadsheet.Query.Indexing;

/// <summary>Keeps the last two commits, so that there is one to fall back to.</summary>
internal sealed class KeepLastCommits : IndexDeletionPolicy
{
    private const int Kept = 2;

    public override void OnInit<T>(IList<T> commits) => OnCommit(commits);

    public override void OnCommit<T>(IList<T> commits)
    {
        for (var i = 0; i < commits.Count - Kept; i++)
        {
            commits[i].Delete();
        }
    }
}
