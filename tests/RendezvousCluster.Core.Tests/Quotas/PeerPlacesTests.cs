using RendezvousCluster.Core.Quotas;

namespace RendezvousCluster.Core.Tests.Quotas;

public sealed class PeerPlacesTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_places_agree_with_a_sorted_dictionary(int seed)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<int, Place>();
        var places = default(PeerPlaces);
        int ids = random.Next(2) == 0 ? 3 : 60;
        for (int step = 0; step < 500; step++)
        {
            int id = random.Next(1, ids);
            if (random.Next(5) < 3)
            {
                var place = new Place(id, 0, 0, random.Next(1000), random.Next(1000));
                Assert.Equal(!model.ContainsKey(id), places.Set(place));
                model[id] = place;
            }
            else
            {
                Assert.Equal(model.Remove(id), places.Remove(id));
            }

            Assert.Equal(model.Values, places.All.ToArray());
            Assert.Equal((model.Count, model.Values.Count(place => place.IsLive(500))), (places.Count, places.CountLive(500)));
            int asked = random.Next(ids);
            Assert.Equal(model.TryGetValue(asked, out Place expected), places.TryGet(asked, out Place found));
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void Nothing_is_in_an_empty_one()
    {
        var places = default(PeerPlaces);

        Assert.False(places.TryGet(0, out _));
        Assert.False(places.Remove(1));
        Assert.Empty(places.All.ToArray());
    }
}
