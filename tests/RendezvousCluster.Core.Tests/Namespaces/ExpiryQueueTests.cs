using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

public sealed class ExpiryQueueTests
{
    [Fact]
    public void The_earliest_is_always_in_front_under_random_changes()
    {
        Random random = SeededRandom.Create(out int seed);
        var queue = new ExpiryQueue();
        var model = new List<StoredRegistration>();
        for (int step = 0; step < 5000; step++)
        {
            if (model.Count > 0 && random.Next(100) < 45)
            {
                int victim = random.Next(model.Count);
                queue.Remove(model[victim]);
                model.RemoveAt(victim);
            }
            else
            {
                StoredRegistration added = ExpiringAt(random.Next(1000));
                queue.Add(added);
                model.Add(added);
            }

            Assert.Equal(model.Count > 0, queue.TryPeek(out StoredRegistration? earliest));
            Assert.True(
                earliest is null || earliest.ExpiresAtUnixMilliseconds == model.Min(r => r.ExpiresAtUnixMilliseconds),
                $"seed {seed}, step {step}");
            long now = random.Next(1000);
            Assert.True(
                queue.CountExpired(DateTimeOffset.FromUnixTimeMilliseconds(now)) == model.Count(r => r.ExpiresAtUnixMilliseconds <= now),
                $"seed {seed}, step {step}: expired by {now}");
        }

        Assert.Equal(model.Count, queue.Count);
    }

    [Fact]
    public void Removing_what_is_not_there_is_refused()
    {
        var queue = new ExpiryQueue();
        StoredRegistration registration = ExpiringAt(1);
        queue.Add(registration);
        queue.Remove(registration);

        Assert.Throws<InvalidOperationException>(() => queue.Remove(registration));
        Assert.False(queue.TryPeek(out _));
    }

    private static StoredRegistration ExpiringAt(long milliseconds) =>
        new(TestPeers.Id(1), [], RegistrationFlavour.Standard, 1, 1, milliseconds, 0);
}
