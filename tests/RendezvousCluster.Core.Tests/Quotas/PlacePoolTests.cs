using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Tests.Quotas;

public sealed class PlacePoolTests
{
    private static readonly RendezvousNamespace A = RendezvousNamespace.Parse("a");
    private static readonly RendezvousNamespace B = RendezvousNamespace.Parse("b");

    private readonly PlacePool<RendezvousNamespace> _pool = new();

    [Fact]
    public void A_name_is_kept_once_for_as_long_as_a_place_is_in_it()
    {
        int id = _pool.AddPlace(A);
        Assert.Equal(id, _pool.AddPlace(RendezvousNamespace.Parse("a")));
        Assert.Same(A, _pool[id]);

        _pool.RemovePlace(id);
        Assert.Equal(id, _pool.Find(A));
        _pool.RemovePlace(id);

        Assert.Equal((0, 0), (_pool.Find(A), _pool.Count));
        Assert.ThrowsAny<ArgumentException>(() => _pool[id]);
    }

    [Fact]
    public void An_id_is_used_again_when_its_name_is_gone()
    {
        int a = _pool.AddPlace(A);
        int b = _pool.AddPlace(B);
        Assert.NotEqual(a, b);
        _pool.RemovePlace(a);

        Assert.Equal(a, _pool.AddPlace(RendezvousNamespace.Parse("c")));
        Assert.Equal(b, _pool.Find(B));
    }

    [Fact]
    public void No_name_has_the_id_zero()
    {
        Assert.Equal(0, _pool.Find(A));
        Assert.NotEqual(0, _pool.AddPlace(A));
    }
}
