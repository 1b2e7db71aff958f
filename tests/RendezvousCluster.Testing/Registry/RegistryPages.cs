using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using Xunit;

namespace RendezvousCluster.Testing.Registry;

/// <summary>Reads on from page to page, as the front end does.</summary>
public static class RegistryPages
{
    private const int MaxPages = 1_000;

    /// <summary>Reads until the limit of the query or the end of the namespace; a page that is refused is answered instead.</summary>
    public static async Task<DiscoverReply> DiscoverWholeAsync(this IRegistry registry, DiscoverQuery query)
    {
        var found = new List<DiscoveredRegistration>();
        for (int pages = 0; pages < MaxPages; pages++)
        {
            DiscoverReply page = await registry.DiscoverAsync(query, CancellationToken.None);
            if (page.Status != RendezvousStatus.Ok)
            {
                return page;
            }

            found.AddRange(page.Registrations);
            query = query with { AfterRevision = page.CookieRevision, Limit = query.Limit - page.Registrations.Count };
            if (page.IsComplete || query.Limit == 0)
            {
                return page with { Registrations = found };
            }

            Assert.NotEmpty(page.Registrations);
        }

        throw new InvalidOperationException("More pages than there can be.");
    }
}
