namespace RendezvousCluster.Chaos.History;

/// <summary>A DISCOVER of a namespace, page after page. Times are milliseconds since the run began.</summary>
/// <param name="Namespace">What is read, by number.</param>
/// <param name="Reader">Who reads, by the number of the peer.</param>
/// <param name="Node">At which node.</param>
/// <param name="Limit">How many were asked for on a page.</param>
/// <param name="Follows">Whether it goes on from the reader's last cookie; else it is a read from the beginning.</param>
/// <param name="Invoked">When the first page was asked for.</param>
/// <param name="Ended">When the last page came, or the reader gave up.</param>
/// <param name="Outcome"><see cref="Outcome.Ok"/> when the last page came. The pages before a failure count too.</param>
/// <param name="CookieRefused">Whether a cookie that a node had given out was refused; the reader begins anew then.</param>
/// <param name="Pages">The pages that came.</param>
/// <param name="Detail">Why it ended early; empty when it did not.</param>
internal sealed record RegistryRead(
    int Namespace,
    int Reader,
    int Node,
    int Limit,
    bool Follows,
    long Invoked,
    long Ended,
    Outcome Outcome,
    bool CookieRefused,
    IReadOnlyList<ReadPage> Pages,
    string Detail = "");
