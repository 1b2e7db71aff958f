using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Client.Discovery;

/// <summary>
/// A walk through the pages of one point and namespace: holds the cookie, and decides after each page whether there is another. It lasts
/// over several walks: the next one begins at the cookie of the last, and finds only what is new.
/// </summary>
/// <remarks>
/// A walk ends where nothing more can come: an empty page, no cookie (py-libp2p's last page), or the cookie that was sent. It also ends
/// after some pages that bring nothing usable that the walk has not shown already: canvas' cookies run backwards, so its pages never get
/// empty, and a bad point's need not either. The number of pages bounds the rest.
/// </remarks>
internal sealed class PageWalk(int maxPages)
{
    /// <summary>Pages in a row that bring nothing. One is an accident: a page of records that are not understood here.</summary>
    internal const int MaxFruitlessPages = 3;

    private readonly HashSet<(string Namespace, PeerId Peer, ulong Sequence)> _shown = [];
    private int _pages;
    private int _fruitless;

    /// <summary>What to ask with; empty at the very beginning.</summary>
    public ReadOnlyMemory<byte> Cookie { get; private set; }

    /// <summary>Begins a walk at the cookie of the last one.</summary>
    public void Begin()
    {
        _pages = 0;
        _fruitless = 0;
        _shown.Clear();
    }

    /// <summary>
    /// Forgets the cookie, which the point does not know any more. False when there was no cookie: starting over would not help.
    /// </summary>
    public bool TryStartOver()
    {
        bool hadCookie = !Cookie.IsEmpty;
        Cookie = default;
        return hadCookie;
    }

    /// <summary>Takes note of a page; answers whether there may be another.</summary>
    public bool Took(DiscoverPage page)
    {
        bool moved = !page.Cookie.IsEmpty && !page.Cookie.Span.SequenceEqual(Cookie.Span);
        Cookie = page.Cookie;
        _pages++;
        int news = page.Peers.Count(peer => _shown.Add((peer.Namespace, peer.PeerId, peer.Record.Sequence)));
        _fruitless = news > 0 ? 0 : _fruitless + 1;
        return page.Listed > 0 && moved && _fruitless < MaxFruitlessPages && _pages < maxPages;
    }
}
