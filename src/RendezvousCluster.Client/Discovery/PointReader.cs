using System.Runtime.CompilerServices;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Client.Discovery;

/// <summary>Reads one namespace, or all, from one point: page by page, each walk from where the last one ended.</summary>
internal sealed class PointReader(PointClient point, RendezvousNamespace? ns, int pageLimit, ClientContext context)
{
    private readonly PageWalk _walk = new(context.Limits.MaxPagesPerWalk);
    private readonly PageIntake _intake = new(context.Options);

    /// <summary>The point.</summary>
    public PointClient Point => point;

    /// <summary>The pages of one walk.</summary>
    /// <param name="insist">Whether to ask although the point is to be left alone.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="RendezvousException">The point failed; the pages before are good.</exception>
    public async IAsyncEnumerable<DiscoverPage> ReadAsync(bool insist, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _walk.Begin();
        bool goesOn = true;
        while (goesOn)
        {
            DiscoverResponse response = await AskAsync(insist, cancellationToken).ConfigureAwait(false);
            DiscoverPage page = _intake.Read(response, ns, pageLimit, point.Point, context.Clock.Now);
            goesOn = _walk.Took(page);
            yield return page;
        }
    }

    private async Task<DiscoverResponse> AskAsync(bool insist, CancellationToken cancellationToken)
    {
        try
        {
            return await point.DiscoverAsync(ns, pageLimit, _walk.Cookie, insist, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidCookieException) when (_walk.TryStartOver())
        {
            // The point has forgotten it: another database, another key. A point that refuses even no cookie is not asked a third time.
            return await point.DiscoverAsync(ns, pageLimit, default, insist, cancellationToken).ConfigureAwait(false);
        }
    }
}
