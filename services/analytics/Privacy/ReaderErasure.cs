using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Privacy;

/// <summary>Takes a reader out of everything that is kept. One at a time.</summary>
internal sealed class ReaderErasure(IAnalyticsStore store, OpenVisits open, ErasurePurge purge) : IDisposable
{
    private readonly SemaphoreSlim _erasing = new(1, 1);

    public async Task<EraseReaderResponse> EraseAsync(string reader, CancellationToken cancellationToken)
    {
        await _erasing.WaitAsync(cancellationToken);
        try
        {
            store.CheckRoom();
            var erased = new EraseReaderResponse
            {
                EventCount = await CountAsync(sql => store.Dialect.Events(ReaderEvents.Condition(sql, reader)), cancellationToken),
                InsightCount = await CountAsync(sql => Where(store.Dialect.Current("insights"), $"reader = {sql.Parameter(reader)}"), cancellationToken),
                CommentCount = await CountAsync(sql => Where(store.Dialect.Current("comments"), $"author = {sql.Parameter(reader)}"), cancellationToken),
            };
            // Of which there may be some that outlived their events.
            var visits = await CountAsync(sql => Where("visits", $"reader = {sql.Parameter(reader)}"), cancellationToken);
            // Nobody whom nothing is kept of puts off what is due for others.
            if (erased.EventCount + erased.InsightCount + erased.CommentCount + visits > 0)
            {
                await store.EraseReaderAsync(reader, cancellationToken);
                open.Forget();
                purge.Want();
            }

            return erased;
        }
        finally
        {
            _erasing.Release();
        }
    }

    public void Dispose() => _erasing.Dispose();

    private static string Where(string table, string condition) => $"(select * from {table} t where {condition})";

    private async Task<long> CountAsync(Func<Sql, string> rows, CancellationToken cancellationToken)
    {
        var sql = new Sql(store.Dialect);
        sql.Text = $"select cast(count(*) as bigint) from {rows(sql)} c";
        return (await store.QueryAsync(sql, row => row.GetInt64(0), cancellationToken))[0];
    }
}
