using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>How requests fared that were sent right after one that was not acknowledged.</summary>
/// <param name="Requests">All requests of clients.</param>
/// <param name="NotAcknowledged">Those among them that were not acknowledged.</param>
/// <param name="NotCured">Those among these whose predecessor by the same client was not acknowledged either.</param>
/// <param name="LongestRow">The most of them in a row by one client.</param>
internal sealed record RetryCount(int Requests, int NotAcknowledged, int NotCured, int LongestRow)
{
    /// <summary>Counts the requests that were sent in a span of time.</summary>
    public static RetryCount Of(RunHistory history, long from = 0, long to = long.MaxValue)
    {
        var requests = history.Writes.Where(write => write.Namespace < history.Namespaces)
            .Select(write => (Client: write.Peer, write.Invoked, write.Outcome))
            .Concat(history.Reads.Select(read => (Client: read.Reader, read.Invoked, read.Outcome)))
            .Where(request => request.Invoked >= from && request.Invoked < to);
        var sum = new RetryCount(0, 0, 0, 0);
        foreach (var client in requests.GroupBy(request => request.Client))
        {
            int row = 0;
            foreach (var request in client.OrderBy(request => request.Invoked))
            {
                row = request.Outcome == Outcome.Ok ? 0 : row + 1;
                sum = new RetryCount(
                    sum.Requests + 1,
                    sum.NotAcknowledged + (row > 0 ? 1 : 0),
                    sum.NotCured + (row > 1 ? 1 : 0),
                    Math.Max(sum.LongestRow, row));
            }
        }

        return sum;
    }

    public override string ToString() =>
        $"{NotAcknowledged} of {Requests} requests not acknowledged, {NotCured} of them not cured by one retry, {LongestRow} in a row at "
        + "most";
}
